import type { Floor } from './floor/floor.ts';
import { isQuiet } from './floor/limits.ts';
import { address } from './floor/queue.ts';
import { type Bounds, follow } from './follow.ts';
import { turnId } from './ids.ts';
import type { SaidMessage } from './message.ts';
import { type Room, threadKey } from './room.ts';
import { type Decision, newTurn, speakersFor } from './take-turns.ts';

/**
 * Who answers a message that may be a person's or a machine's: whoever would answer a person, but only one, and within the limits of what
 * agents do unasked. So a person who wrote at that very moment is answered, and a machine starts no storm. Pure; a repeat gives the same.
 */
export function answerDoubtful(
  message: SaidMessage,
  floor: Floor,
  { room, strategy, hop, ...bounds }: Bounds & { readonly room: Room; readonly strategy: string; readonly hop: number },
): Decision {
  const [first] = speakersFor(message, floor, { room, strategy, isQuiet: isQuiet(floor, bounds.now) });
  if (first === undefined) return { floor, turns: [] };
  const turn = newTurn({
    _id: turnId(message._id, first.agent),
    chat: message.chat,
    agent: first.agent,
    trigger: message._id,
    reason: first.reason,
    thread: message.thread,
    hop: Math.min(hop, bounds.limits.maxHops),
  });
  const decision = follow(turn, floor, bounds);
  // Whoever it was spoke to this agent, and the conversation goes on with it.
  return { ...decision, floor: address(decision.floor, threadKey(message.thread), first.agent) };
}
