import type { Moderator, Speaker } from '../../core/floor/floor.ts';
import { agentMember, type MemberId } from '../../core/ids.ts';
import { plainName } from '../../core/plain-name.ts';
import type { Scene } from '../handle/handling.ts';
import { displayName } from '../rooms/room-view.ts';

/** Who speaks or wants to, as a member of the room. */
export const memberOf = (speaker: Speaker): MemberId =>
  speaker.kind === 'agent' ? agentMember(speaker.agent) : speaker.person;

/** A member's name, fit for an answer of ours. */
export const nameOf = (member: MemberId, { chat, parley }: Pick<Scene, 'chat' | 'parley'>): string =>
  plainName(displayName(chat, member, parley.agents));

/** Who decides about the next speaker, for people; while the moderator is not there, the order of the queue. */
export function decider(moderator: Moderator, isHere: boolean, named: (member: MemberId) => string): string {
  const name = moderatorName(moderator, named);
  return isHere ? name : `the order of the queue, while ${name} is not available`;
}

/** A moderator's name, for people. */
export function moderatorName(moderator: Moderator, named: (member: MemberId) => string): string {
  if (moderator.kind === 'rule') return moderator.rule === 'order' ? 'the order of the queue' : 'who was asked first';
  return named(moderator.kind === 'agent' ? agentMember(moderator.agent) : moderator.person);
}
