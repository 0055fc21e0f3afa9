import type { Floor } from './floor/floor.ts';
import { matches, matchingSkill, matchScore } from './floor-policies/best-match.ts';
import { type Bounds, follow } from './follow.ts';
import { type AgentId, agentOf, turnId } from './ids.ts';
import type { SaidMessage } from './message.ts';
import type { AgentCard, Room } from './room.ts';
import { type Decision, newTurn } from './take-turns.ts';
import type { Turn } from './turn.ts';

/** A skill and a word of the description, or two skills. */
const enough = 3;
/** By so much before all others it is clearly theirs. */
const clearly = 2;

/**
 * Who asks for the floor by itself once a person's message has been answered: the one agent that the message is clearly about, if it knows more
 * of it than who answered. At most one for each message, and nobody while others still wait to answer it. Pure; a repeat gives the same.
 */
export function volunteer(
  { turn, message, answered }: { turn: Turn; message: SaidMessage; answered: ReadonlySet<AgentId> },
  floor: Floor,
  { room, ...bounds }: Bounds & { readonly room: Room },
): Decision {
  const nobody: Decision = { floor, turns: [] };
  const isFromPerson = agentOf(message.from) === null && message.hop === 0;
  const isFirst = turn.hop === 0 && turn.round === 0 && turn.trigger === message._id;
  const others = floor.queue.some(speaker => speaker.kind === 'agent' && speaker.trigger === message._id);
  const best = isFromPerson && isFirst && !others ? bestOther(message.text, room, answered) : null;
  if (best === null) return nobody;
  const next = newTurn({
    _id: turnId(message._id, best.agent),
    chat: message.chat,
    agent: best.agent,
    trigger: message._id,
    reason: matches(best.skill),
    thread: message.thread,
    hop: 1,
  });
  return follow(next, floor, bounds);
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
