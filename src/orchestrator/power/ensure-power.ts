import type { Chat } from '../../core/chat.ts';
import { isParleyError } from '../../core/errors.ts';
import { powerChanged } from '../../core/events/power-changes.ts';
import type { Floor } from '../../core/floor/floor.ts';
import { type AgentId, agentMember, type MemberId } from '../../core/ids.ts';
import { type Enforcement, type PowerWish, planPower, staleMs, wishKey } from '../../core/plan-power.ts';
import {
  levelOf,
  levelSetting,
  neededLevel,
  type PowerChange,
  powerEntries,
  type RoomPower,
  settingIn,
} from '../../core/power.ts';
import { canModerate, type ModeratesRooms } from '../../ports/bridge-capabilities.ts';
import type { Outlives } from '../../ports/store.ts';
import { step } from '../../telemetry/step.ts';
import { change as changeStored } from '../change.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { holderOf, isVoiceComing, powerWish, voicesIn } from './power-wish.ts';
import { tellLack } from './tell-lack.ts';

/**
 * Makes the room's power levels say who has the floor: in a moderated room only the holder and the moderators can speak, in any other room
 * nothing of ours stands. What is to be given, and what stood before, is stored first, so that it is put right after a crash at any step. May be
 * repeated. Where our agents lack the power, the room hears so once, and is moderated without. Throws only what may pass. True: who has the floor
 * may speak only from now on.
 */
export async function ensurePower(parley: Installation, chat: Chat, floor: Floor): Promise<boolean> {
  const wish = powerWish(parley, chat, floor);
  const known = chat.enforcement ?? null;
  if (known === null && !wish.moderated) return false;
  if (known?.madeFor === wishKey(wish)) {
    await forgetOld(parley, chat, known);
    return false;
  }
  const bridge = bridgeFor(parley, chat._id);
  const agents = voicesIn(parley, chat);
  const [reader] = agents;
  if (bridge === null || !canModerate(bridge) || reader === undefined) return false;
  const enforcement = known ?? (await begin(parley, chat));
  const job = { parley, chat, bridge, agents, wish, enforcement };
  const power = await unlessForbidden(bridge.power(chat._id, reader));
  if (power === null) return false;
  const change = await enforce(job, power);
  return wish.moderated && letsSpeak(change, holderOf(floor), power);
}

/** Whether somebody may speak by a change, who might not before. `power`: how the room stood before. */
function letsSpeak(change: PowerChange | null, member: MemberId | null, { sendLevel }: RoomPower): boolean {
  const level = member === null ? undefined : change?.[levelSetting(member)];
  return level !== undefined && (level.from ?? 0) < sendLevel && (level.to ?? 0) > (level.from ?? 0);
}

interface Job {
  readonly parley: Installation;
  readonly chat: Chat;
  readonly bridge: ModeratesRooms;
  readonly agents: readonly AgentId[];
  readonly wish: PowerWish;
  readonly enforcement: Enforcement;
}

/** Gives the change that was made, also by a process that was killed; null where there was nothing to change, or nobody could. */
async function enforce(job: Job, power: RoomPower): Promise<PowerChange | null> {
  const { parley, chat, enforcement, wish } = job;
  const now = parley.clock.now();
  const { change, given, pending } = planPower(power, enforcement, { ...wish, now });
  // What a process that was killed had begun has been done: which change was the last one is not known.
  if (change === null) {
    const begun = enforcement.settled || !isMade(enforcement.last, power) ? null : enforcement.last;
    // Under the same id, where it was told before.
    if (begun?.by !== undefined) parley.bus.publish([powerChanged(chat._id, begun.by, begun)]);
    await settle(job, { ...enforcement, given, last: enforcement.settled ? enforcement.last : null });
    return begun?.change ?? null;
  }
  const needed = neededLevel(power, change);
  const actor = job.agents.find(agent => levelOf(power, agentMember(agent)) >= needed);
  if (actor === undefined) return lack(job, { needed, power });
  const last = { change, at: now, by: actor };
  const unsettled = { ...enforcement, given: pending, settled: false, madeFor: null, last };
  await store(parley, chat, unsettled);
  step('power.stored');
  if (!(await makeChange(job, actor, change))) return lack({ ...job, enforcement: unsettled }, { needed, power });
  step('power.changed');
  parley.bus.publish([powerChanged(chat._id, actor, last)]);
  await settle(job, { ...enforcement, given, last });
  return change;
}

/** It may never have been made, and not be wanted any more. */
const isMade = (last: Enforcement['last'], power: RoomPower): boolean =>
  last !== null && powerEntries(last.change).every(([setting, { to }]) => settingIn(power, setting) === to);

/** False where the network refuses: somebody has just taken the power away. */
async function makeChange({ bridge, chat }: Job, as: AgentId, change: PowerChange): Promise<boolean> {
  return (await unlessForbidden(bridge.changePower(chat._id, as, change))) !== null;
}

async function unlessForbidden<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (isParleyError(error, 'BRIDGE_FORBIDDEN')) return null;
    throw error;
  }
}

/** The moment from which on it is enforced names the notices that are said once. */
const begin = (parley: Installation, chat: Chat): Promise<Enforcement> =>
  store(parley, chat, { since: parley.clock.now(), given: {}, settled: true, last: null, madeFor: null, lacks: null });

async function settle({ parley, chat, wish }: Job, enforcement: Enforcement): Promise<void> {
  await store(parley, chat, { ...enforcement, settled: true, madeFor: wishKey(wish), lacks: null }, 'process');
}

async function lack(job: Job, { needed, power }: { needed: number; power: RoomPower }): Promise<null> {
  const { parley, chat, enforcement, wish } = job;
  parley.log.info({ chat: chat._id, needed }, 'No agent has the power to let only the holder of the floor speak.');
  // Whoever speaks for Parley here may be about to come in; it looks again then.
  const told = enforcement.lacks !== null || !isVoiceComing(parley, chat);
  if (told && enforcement.lacks === null) await tellLack(job, { needed, power });
  await store(parley, chat, { ...enforcement, madeFor: wishKey(wish), lacks: told ? needed : null }, 'process');
  return null;
}

async function store<E extends Enforcement | null>(
  { store }: Installation,
  chat: Chat,
  enforcement: E,
  outlives?: Outlives,
): Promise<E> {
  await changeStored(store.collection('chats'), chat._id, stored => ({ ...stored, enforcement }), outlives);
  return enforcement;
}

/** What was put back is forgotten once nobody can have overwritten it unknowingly. */
async function forgetOld(parley: Installation, chat: Chat, known: Enforcement): Promise<void> {
  const isOver = known.madeFor === 'off' && known.lacks === null;
  if (isOver && parley.clock.now() - (known.last?.at ?? 0) > staleMs) await store(parley, chat, null, 'process');
}
