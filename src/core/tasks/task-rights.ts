import { type AccessRules, may, rightIn, roleOf } from '../access.ts';
import type { Chat } from '../chat.ts';
import type { MemberId } from '../ids.ts';
import type { Task } from './task.ts';

interface Place {
  readonly rules: AccessRules;
  readonly chat: Pick<Chat, 'createdBy' | 'accessRights' | 'chatType' | 'participants'>;
}

/**
 * Whether somebody may steer a task, by their id alone: who asked for it, who leads its room, and admins; as long as they may use commands, and are in the
 * room: who was put out of it has no say there any more, also where it is their task, or was their room.
 */
export function maySteer(member: MemberId, task: Pick<Task, 'createdBy' | 'askedBy'>, { rules, chat }: Place): boolean {
  if (!chat.participants.includes(member) || !may(member, 'command', rules)) return false;
  const isTheirs = member === task.createdBy || member === task.askedBy;
  const right = rightIn(chat, member);
  return isTheirs || right === 'owner' || right === 'admin' || roleOf(member, rules) === 'admin';
}
