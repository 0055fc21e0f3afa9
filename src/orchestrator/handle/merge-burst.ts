import type { Draft } from '../../core/document.ts';
import type { AgentSpeaker, Floor, Speaker } from '../../core/floor/floor.ts';
import type { MessageId } from '../../core/ids.ts';
import { isSaid, type SaidMessage } from '../../core/message.ts';
import { type Decision, speakerOf } from '../../core/take-turns.ts';
import { mostCovered, type Turn } from '../../core/turn.ts';
import type { Installation } from '../installation.ts';
import { supersedeTurn } from '../turns/supersede-turn.ts';
import type { Scene } from './handling.ts';

/**
 * Quick messages of one person become one turn: where an agent has not begun to answer the message before, the new turn takes its place and
 * answers both. An answer whose first word is out stands, and the new message gets a turn of its own.
 */
export async function mergeBurst(decision: Decision, message: SaidMessage, scene: Scene): Promise<Decision> {
  let { floor } = decision;
  const turns: Draft<Turn>[] = [];
  for (const turn of decision.turns) {
    const replaced = await pendingBefore(turn, message, scene);
    const covers = replaced === null ? null : await coveredBy(replaced, scene);
    if (replaced === null || covers === null) turns.push(turn);
    else {
      const merged = { ...turn, covers };
      floor = inPlaceOf(floor, replaced, merged);
      turns.push(merged);
    }
  }
  return { ...decision, floor, turns };
}

/** The turn that waits for the same agent, or that it works on, for a message of the same person just before in the same place. */
async function pendingBefore(turn: Draft<Turn>, message: SaidMessage, scene: Scene): Promise<AgentSpeaker | null> {
  const { parley, floor } = scene;
  const waiting = [...(floor.currentSpeaker ? [floor.currentSpeaker] : []), ...floor.queue];
  for (const speaker of waiting) {
    if (speaker.kind !== 'agent' || speaker.agent !== turn.agent || speaker.trigger === null) continue;
    const before = await parley.store.collection('messages').get(speaker.trigger);
    if (before !== null && isSaid(before) && isJustBefore(before, message, parley)) return speaker;
  }
  return null;
}

/** As people wrote them, also while Parley was down or busy. */
const isJustBefore = (before: SaidMessage, message: SaidMessage, { settings }: Installation): boolean =>
  settings.mergeWithinMs > 0 &&
  before.from === message.from &&
  before.thread === message.thread &&
  before.order < message.order &&
  message.timestamp - before.timestamp <= settings.mergeWithinMs;

/** What the new turn has to answer besides its own message; null where it is too late to take the place of the one before, or that answers enough. */
async function coveredBy({ turn, trigger }: AgentSpeaker, { parley }: Scene): Promise<MessageId[] | null> {
  if (trigger === null) return null;
  const waiting = await parley.store.collection('turns').get(turn);
  if ((waiting?.covers?.length ?? 0) >= mostCovered) return null;
  const superseded = await supersedeTurn(parley, turn);
  return superseded === null ? null : [...(superseded.covers ?? []), trigger];
}

function inPlaceOf(floor: Floor, before: AgentSpeaker, turn: Draft<Turn>): Floor {
  const next: Speaker = { ...before, ...speakerOf(turn, before.since, before.direct) };
  const queue = floor.queue.filter(speaker => speaker.kind !== 'agent' || speaker.turn !== turn._id);
  const swap = (speaker: Speaker): Speaker =>
    speaker.kind === 'agent' && speaker.turn === before.turn ? next : speaker;
  return {
    ...floor,
    currentSpeaker: floor.currentSpeaker === null ? null : swap(floor.currentSpeaker),
    queue: queue.map(swap),
  };
}
