import { calledAgents } from './addressing.ts';
import type { Floor } from './floor/floor.ts';
import { repeated } from './floor/overheard.ts';
import { askedBy } from './floor-policies/policy.ts';
import { type Bounds, follow } from './follow.ts';
import { turnId } from './ids.ts';
import type { SaidMessage } from './message.ts';
import type { Room } from './room.ts';
import { type Decision, newTurn } from './take-turns.ts';
import { tellRepeat } from './tell-repeat.ts';

/**
 * Who answers somebody else's bot: the one agent that it calls by `@`, within the limits of what agents do unasked, and nobody where it
 * repeats what was said. `hop` is how far its message stands from a person's. Pure; a repeat gives the same.
 */
export function answerBot(
  message: SaidMessage,
  floor: Floor,
  { room, hop, ...bounds }: Bounds & { readonly room: Room; readonly hop: number },
): Decision {
  const candidates = room.agents.filter(agent => agent.role === 'agent');
  const [called] = calledAgents(message, candidates);
  if (called === undefined) return { floor, turns: [] };
  const other = repeated(floor, message);
  if (other !== null) {
    const cause = { id: message._id, chat: message.chat, thread: message.thread };
    return tellRepeat(floor, { cause, members: [message.from, other], room, now: bounds.now });
  }
  const turn = newTurn({
    _id: turnId(message._id, called),
    chat: message.chat,
    agent: called,
    trigger: message._id,
    reason: askedBy({ message, room }),
    thread: message.thread,
    hop,
  });
  return follow(turn, floor, bounds);
}
