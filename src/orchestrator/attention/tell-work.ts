import { mainReason } from '../../core/attention.ts';
import { event } from '../../core/events/event.ts';
import type { AgentId, ChatId } from '../../core/ids.ts';
import { type Recent, recent } from '../../core/recent.ts';
import type { Installation } from '../installation.ts';
import { isAtWork } from '../manifest/status-now.ts';
import type { AttentionSettings, Stir } from './attention.ts';

interface Telling extends Pick<Installation, 'bus' | 'clock' | 'agents'> {
  readonly settings: { readonly attention: AttentionSettings };
}

const mostRemembered = 20_000;

/** Tells on the bus when an agent turns to another dialogue, and when its work makes it active, busy or idle. */
export function tellWork(telling: Telling): (stir: Stir) => void {
  const lastFocus = recent<AgentId, ChatId>(mostRemembered);
  return stir => {
    tellShift(telling, stir, lastFocus);
    tellStatus(telling, stir);
  };
}

function tellShift(
  { bus, clock, settings }: Telling,
  { agent, begun }: Stir,
  lastFocus: Recent<AgentId, ChatId>,
): void {
  if (begun === null) return;
  const { dialogue: to, turn } = begun;
  const from = lastFocus.get(agent) ?? null;
  lastFocus.set(agent, to);
  if (from === to) return;
  const reason = mainReason(begun, settings.attention.weights, clock.now());
  bus.publish([event('AttentionShifted', { agent, turn, from, to, reason }, turn)]);
}

/** Who is paused is offline, whatever it brings to its end. */
function tellStatus({ bus, agents }: Telling, { agent, turn, why, from, to }: Stir): void {
  const known = agents.get(agent);
  if (from === to || known === undefined || !isAtWork(known)) return;
  bus.publish([event('AgentStatusUpdated', { agent, version: null, turn, why, from, to }, turn)]);
}
