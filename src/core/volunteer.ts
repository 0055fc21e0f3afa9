import type { Draft } from './document.ts';
import type { Floor } from './floor/floor.ts';
import { mayFollow } from './floor/limits.ts';
import { matches, matchingSkill, matchScore } from './floor-policies/best-match.ts';
import { type Bounds, follow } from './follow.ts';
import { type AgentId, agentOf, considerTurnId, turnId } from './ids.ts';
import type { SaidMessage } from './message.ts';
import type { AgentCard, Room } from './room.ts';
import { asideTurn, type Decision, newTurn } from './take-turns.ts';
import type { Turn } from './turn.ts';

/** A skill and a word of the description, or two skills. */
const enough = 3;
/** By so much before all others it is clearly theirs. */
const clearly = 2;

/** An answer that has ended, what it answered, and who has answered that or is to. */
interface Answered {
  readonly turn: Turn;
  readonly message: SaidMessage;
  readonly answered: ReadonlySet<AgentId>;
}

/**
 * Who asks for the floor by itself once a person's message has been answered: the one agent that the message is clearly about, if it knows more
 * of it than who answered. At most one for each message, and nobody while others still wait to answer it. Pure; a repeat gives the same.
 */
export function volunteer(
  given: Answered,
  floor: Floor,
  { room, ...bounds }: Bounds & { readonly room: Room },
): Decision {
  const { message, answered } = given;
  const best = isOpen(given, floor) ? bestOther(message.text, room, answered) : null;
  if (best === null) return { floor, turns: [] };
  return follow(addition(message, best.agent, matches(best.skill)), floor, bounds);
}

/** So many agents are asked about one message. */
export const mostAsked = 2;

/**
 * Which agents are asked, each by a call of its model, whether they have something to add to a person's message that has been answered: those
 * that it is about at all, the best first, and only where they would get the floor. Pure; a repeat gives the same.
 */
export function askVolunteers(
  given: Answered,
  floor: Floor,
  { room, ...bounds }: Bounds & { readonly room: Room },
): Decision {
  const { message, answered } = given;
  if (!isOpen(given, floor)) return { floor, turns: [] };
  const asides = room.agents
    .filter(({ _id, role }) => role === 'agent' && !answered.has(_id))
    .map(agent => ({ agent: agent._id, score: matchScore(message.text, agent) }))
    .filter(({ agent, score }) => score > 0 && mayFollow(floor, { agent, hop: 1 }, bounds))
    .sort((a, b) => b.score - a.score)
    .slice(0, mostAsked)
    .map(({ agent }) => thoughtAbout(message, agent));
  return { floor, turns: [], asides };
}

const thoughtAbout = (message: SaidMessage, agent: AgentId): Draft<Turn> =>
  asideTurn(
    newTurn({
      _id: considerTurnId(message._id, agent),
      chat: message.chat,
      agent,
      trigger: null,
      reason: 'may have something to add',
      thread: message.thread,
      hop: 1,
      thought: 'considers',
      about: message._id,
    }),
  );

/** What an agent adds to what others answered. */
export const addition = (message: SaidMessage, agent: AgentId, reason: string): Draft<Turn> =>
  newTurn({
    _id: turnId(message._id, agent),
    chat: message.chat,
    agent,
    trigger: message._id,
    reason,
    thread: message.thread,
    hop: 1,
  });

/** Only after the first answer to a person, made for the first time, while nobody else waits to answer them. */
function isOpen({ turn, message }: Answered, floor: Floor): boolean {
  const isFromPerson = agentOf(message.from) === null && message.hop === 0;
  const isFirst = turn.hop === 0 && turn.round === 0 && turn.trigger === message._id;
  return isFromPerson && isFirst && !floor.queue.some(one => one.kind === 'agent' && one.trigger === message._id);
}

function bestOther(
  text: string,
  room: Room,
  answered: ReadonlySet<AgentId>,
): { readonly agent: AgentId; readonly skill: string } | null {
  const score = (agent: AgentCard) => ({ agent, score: matchScore(text, agent) });
  const [best, second] = room.agents
    .filter(agent => agent.role === 'agent')
    .map(score)
    .sort((a, b) => b.score - a.score);
  const skill = best === undefined ? null : matchingSkill(text, best.agent);
  if (best === undefined || skill === null || answered.has(best.agent._id)) return null;
  return best.score >= enough && best.score - (second?.score ?? 0) >= clearly ? { agent: best.agent._id, skill } : null;
}
