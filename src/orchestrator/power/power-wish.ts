import type { Chat } from '../../core/chat.ts';
import type { Floor } from '../../core/floor/floor.ts';
import { type AgentId, agentMember, type MemberId } from '../../core/ids.ts';
import { type PowerWish, wishKey } from '../../core/plan-power.ts';
import { levelSetting } from '../../core/power.ts';
import { floorRules } from '../floor/floor-rules.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { agentsIn } from '../rooms/room-view.ts';

/** Our agents in a chat; first whoever speaks for Parley there: the orchestrator, else the first agent. */
export function voicesIn(parley: Pick<Installation, 'agents'>, chat: Chat): readonly AgentId[] {
  const here = agentsIn(parley, chat);
  const orchestrator = here.find(agent => agent.role === 'orchestrator');
  return [...(orchestrator ? [orchestrator] : []), ...here.filter(agent => agent !== orchestrator)].map(
    ({ _id }) => _id,
  );
}

const comesWithinMs = 60_000;

/** Whether the orchestrator was invited just now, and is not in yet. */
export function isVoiceComing({ agents, clock }: Pick<Installation, 'agents' | 'clock'>, chat: Chat): boolean {
  const orchestrator = [...agents.values()].find(agent => agent.role === 'orchestrator');
  if (orchestrator === undefined || chat.participants.includes(agentMember(orchestrator._id))) return false;
  return clock.now() - (chat.invitations?.[orchestrator._id]?.at ?? 0) < comesWithinMs;
}

/** Who may speak now: in a moderated room the holder of the floor, an agent that moderates, and whoever answers commands. */
export function powerWish(parley: Pick<Installation, 'agents' | 'settings'>, chat: Chat, floor: Floor): PowerWish {
  const { moderated, moderatorHere } = floorRules(parley, chat, floor);
  if (!moderated) return { moderated: false, speakers: [] };
  const { moderator } = floor;
  const moderates = moderatorHere && moderator.kind === 'agent' ? [agentMember(moderator.agent)] : [];
  const members = [holderOf(floor), ...moderates, ...voicesIn(parley, chat).slice(0, 1).map(agentMember)];
  return { moderated: true, speakers: [...new Set(members.filter(member => member !== null))] };
}

/** Whether the room was made to let who has the floor speak, as far as that is in our power. */
export function isVoiced(
  parley: Pick<Installation, 'agents' | 'settings' | 'bridges'>,
  chat: Chat,
  floor: Floor,
): boolean {
  const wish = powerWish(parley, chat, floor);
  const enforcement = chat.enforcement ?? null;
  if (!wish.moderated || enforcement === null || enforcement.madeFor === wishKey(wish)) return true;
  const holder = holderOf(floor);
  if (enforcement.settled && holder !== null && enforcement.given[levelSetting(holder)] !== undefined) return true;
  return voicesIn(parley, chat).length === 0 || bridgeFor(parley, chat._id) === null;
}

export function holderOf({ currentSpeaker }: Floor): MemberId | null {
  if (currentSpeaker === null) return null;
  return currentSpeaker.kind === 'person' ? currentSpeaker.person : agentMember(currentSpeaker.agent);
}
