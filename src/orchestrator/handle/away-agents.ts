import { calledAgents } from '../../core/addressing.ts';
import { type Agent, takesTurns } from '../../core/agent.ts';
import type { Chat } from '../../core/chat.ts';
import type { Draft } from '../../core/document.ts';
import { agentMember, onceTurnId } from '../../core/ids.ts';
import type { SaidMessage } from '../../core/message.ts';
import type { AgentCard, Room } from '../../core/room.ts';
import { asideTurn, scriptedTurn } from '../../core/take-turns.ts';
import type { Turn } from '../../core/turn.ts';
import type { Installation } from '../installation.ts';
import { agentsIn } from '../rooms/room-view.ts';

/** The agents of a room that a message means and that do not answer now; and whether it means none that does. Pure. */
export function meantButAway(message: SaidMessage, room: Room): { away: AgentCard[]; nobodyElse: boolean } {
  const agents = room.agents.filter(agent => agent.role === 'agent');
  const called = new Set(calledAgents(message, agents));
  const means = ({ _id }: AgentCard): boolean =>
    called.has(_id) || room.chatType === 'private' || (called.size === 0 && room.repliedTo === agentMember(_id));
  const meant = agents.filter(means);
  const away = meant.filter(agent => !takesTurns(agent));
  return { away, nobodyElse: away.length > 0 && away.length === meant.length };
}

/** Says that an agent is paused: once in a room for each pause, however often somebody asks for it. Null where it is not paused. */
export function pausedNotice(
  parley: Pick<Installation, 'agents' | 'settings'>,
  { chat, agent, thread }: { chat: Chat; agent: Pick<Agent, '_id' | 'name' | 'paused'>; thread: Turn['thread'] },
): Draft<Turn> | null {
  if (!agent.paused) return null;
  const speaker = agentsIn(parley, chat).find(({ role }) => role === 'orchestrator')?._id ?? agent._id;
  const _id = onceTurnId(chat._id, `paused-${agent._id}-${agent.paused.since}`, speaker);
  const resume = `\`${parley.settings.commandPrefix}agent resume ${agent._id}\``;
  const text = `${agent.name} is paused and does not answer now. Whoever may change it can let it go on with ${resume}.`;
  return asideTurn(
    scriptedTurn({ _id, chat: chat._id, agent: speaker, trigger: null, reason: 'paused', thread }, text, true),
  );
}
