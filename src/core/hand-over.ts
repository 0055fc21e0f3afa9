import { startsWithCall } from './addressing.ts';
import type { Floor } from './floor/floor.ts';
import { repeated } from './floor/overheard.ts';
import { address } from './floor/queue.ts';
import { type Bounds, follow } from './follow.ts';
import { type AgentId, agentMember, type MessageId, pauseTurnId, turnId } from './ids.ts';
import { type AgentCard, type Room, threadKey } from './room.ts';
import { asideTurn, type Decision, newTurn, scriptedTurn } from './take-turns.ts';
import { tellRepeat } from './tell-repeat.ts';
import type { Turn } from './turn.ts';

export interface Reply {
  readonly message: MessageId;
  readonly text: string;
}

/**
 * The next speaker when an agent hands the floor over: by a tool, or by a line of its answer that begins with `@Name`. Where agents have spoken
 * long enough among themselves, a notice says so instead, once until a person speaks; and another one where they repeat each other. Pure; a
 * repeat gives the same.
 */
export function handOver(turn: Turn, reply: Reply, floor: Floor, given: Bounds & { readonly room: Room }): Decision {
  const { room, now } = given;
  const called = colleague(turn, reply.text, room);
  if (called === null || alreadyWaits(floor, called._id, turn.trigger)) return { floor, turns: [] };
  const by = agentMember(turn.agent);
  const other = repeated(floor, { from: by, text: reply.text });
  if (other !== null) return tellRepeat(floor, { cause: { ...turn, id: turn._id }, members: [by, other], room, now });
  const next = newTurn({
    _id: turnId(turn._id, called._id),
    chat: turn.chat,
    agent: called._id,
    trigger: reply.message,
    reason: `handed over by ${nameOf(turn.agent, room)}`,
    thread: turn.thread,
    hop: turn.hop + 1,
  });
  const decided = follow(next, floor, given);
  return decided.turns.length === 0
    ? pause(turn, reply, floor, { called, room })
    : { ...decided, floor: address(decided.floor, threadKey(turn.thread), called._id) };
}

const alreadyWaits = ({ queue }: Floor, agent: AgentId, trigger: MessageId | null): boolean =>
  queue.some(speaker => speaker.kind === 'agent' && speaker.agent === agent && speaker.trigger === trigger);

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
function pause(
  turn: Turn,
  { message }: Reply,
  floor: Floor,
  { called, room }: { readonly called: AgentCard; readonly room: Room },
): Decision {
  if (floor.pauseTold) return { floor, turns: [] };
  const speaker = room.agents.find(({ role }) => role === 'orchestrator')?._id ?? turn.agent;
  const text = `The agents pause here until a person speaks: **${nameOf(turn.agent, room)}** would hand over to **${called.name}**. Write a message, or react to the last answer with 🔁, to let them go on.`;
  const about = { chat: turn.chat, agent: speaker, trigger: message, reason: 'pause', thread: turn.thread };
  const notice = asideTurn(scriptedTurn({ _id: pauseTurnId(turn._id, speaker), ...about }, text, true));
  return { floor: { ...floor, pauseTold: true }, turns: [], asides: [notice] };
}
