import { type Agent, takesTurns } from '../../core/agent.ts';
import type { Chat } from '../../core/chat.ts';
import type { Floor } from '../../core/floor/floor.ts';
import type { FloorRules } from '../../core/floor/grant.ts';
import { agentMember } from '../../core/ids.ts';
import { strategyNamed } from '../../core/strategies/strategies.ts';
import type { Installation } from '../installation.ts';

/** How the next speaker is chosen in a chat: its own strategy, else that of the configuration. */
export const strategyOf = ({ settings }: Pick<Installation, 'settings'>, chat: Chat): string =>
  chat.strategy ?? settings.strategy;

/** Whether nobody speaks in a chat without a moderator's grant. */
export const isModerated = (parley: Pick<Installation, 'settings'>, chat: Chat): boolean =>
  chat.chatType === 'group' && strategyNamed(strategyOf(parley, chat)).moderated === true;

/** What holds in a chat now, beside its floor. */
export function floorRules(
  parley: Pick<Installation, 'settings' | 'agents'>,
  chat: Chat,
  floor: Pick<Floor, 'moderator'>,
): FloorRules {
  const isGroup = chat.chatType === 'group';
  const moderated = isModerated(parley, chat);
  return {
    moderated,
    moderatorHere: moderated && isHere(parley, chat, floor),
    moderatorMs: parley.settings.floor.moderatorMs,
    slot: isGroup ? parley.settings.floor.slot : null,
  };
}

/** Whether the agent is allowed to grant the floor by its tool. */
export const canModerate = ({ role, resources }: Pick<Agent, 'role' | 'resources'>): boolean =>
  role === 'agent' && resources.tools.includes('grant_floor');

/** A moderator who has left the room, or an agent that is paused or retired, decides about nothing. */
function isHere(
  { agents }: Pick<Installation, 'agents'>,
  chat: Chat,
  { moderator }: Pick<Floor, 'moderator'>,
): boolean {
  if (moderator.kind === 'rule') return true;
  if (moderator.kind === 'person') return chat.participants.includes(moderator.person);
  const agent = agents.get(moderator.agent);
  return (
    agent !== undefined &&
    takesTurns(agent) &&
    canModerate(agent) &&
    chat.participants.includes(agentMember(moderator.agent))
  );
}
