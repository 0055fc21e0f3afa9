import { startsWithCall } from './addressing.ts';
import type { Floor } from './floor/floor.ts';
import { address, enqueue } from './floor/queue.ts';
import { type AgentId, type MessageId, pauseTurnId, turnId } from './ids.ts';
import { type AgentCard, type Room, threadKey } from './room.ts';
import { asideTurn, type Decision, newTurn, scriptedTurn, speakerOf } from './take-turns.ts';
import type { Turn } from './turn.ts';

export interface HandOverLimits {
  /** How many agents may follow a person's message one after the other. */
  readonly maxHops: number;
  /** How many turns agents may have in a room since a person last spoke. */
  readonly maxTurnsWithoutPerson: number;
}

export interface Reply {
  readonly message: MessageId;
  readonly text: string;
}

interface Given {
  readonly room: Room;
  readonly limits: HandOverLimits;
  readonly now: number;
}

/**
 * The next speaker when an agent hands the floor over: by a tool, or by a line of its answer that begins with `@Name`. Where agents have spoken
 * long enough among themselves, a notice says so instead. Pure; a repeat gives the same.
 */
export function handOver(turn: Turn, reply: Reply, floor: Floor, given: Given): Decision {
  const { room, limits, now } = given;
  const called = colleague(turn, reply.text, room);
  if (called === null) return { floor, turns: [] };
  const spent = turn.hop >= limits.maxHops || floor.turnsSincePerson >= limits.maxTurnsWithoutPerson;
  if (spent) return { floor, turns: [], asides: [pause(turn, reply, called, room)] };
  const waiting = floor.queue.some(
    speaker => speaker.kind === 'agent' && speaker.agent === called._id && speaker.trigger === turn.trigger,
  );
  if (waiting) return { floor, turns: [] };
  const next = newTurn({
    _id: turnId(turn._id, called._id),
    chat: turn.chat,
    agent: called._id,
    trigger: reply.message,
    reason: `handed over by ${nameOf(turn.agent, room)}`,
    thread: turn.thread,
    hop: turn.hop + 1,
  });
  return {
    floor: enqueue(address(floor, threadKey(turn.thread), called._id), [speakerOf(next, now, false)]),
    turns: [next],
  };
}

const nameOf = (agent: AgentId, { agents }: Room): string => agents.find(({ _id }) => _id === agent)?.name ?? agent;

/** Only a line that begins with `@Name` calls: agents quote questions and speak of each other all the time. */
function colleague({ agent, handsOver }: Turn, text: string, { agents }: Room): AgentCard | null {
  const colleagues = agents.filter(({ _id, role }) => _id !== agent && role === 'agent');
  const chosen = colleagues.find(({ _id }) => _id === handsOver);
  if (chosen !== undefined) return chosen;
  for (const line of text.split('\n')) {
    const called = colleagues.find(({ name }) => startsWithCall(line, name));
    if (called !== undefined) return called;
  }
  return null;
}

/** Nobody sees a limit: people read who would speak next, and how to let them. */
function pause(turn: Turn, { message }: Reply, called: AgentCard, room: Room) {
  const speaker = room.agents.find(({ role }) => role === 'orchestrator')?._id ?? turn.agent;
  const text = `The agents pause here until a person speaks: **${nameOf(turn.agent, room)}** would hand over to **${called.name}**. Write a message, or react to the last answer with 🔁, to let them go on.`;
  const about = { chat: turn.chat, agent: speaker, trigger: message, reason: 'pause', thread: turn.thread };
  return asideTurn(scriptedTurn({ _id: pauseTurnId(turn._id, speaker), ...about }, text, true));
}
