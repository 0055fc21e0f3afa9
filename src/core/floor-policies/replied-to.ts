import { agentOf } from '../ids.ts';
import { askedBy, type FloorPolicy } from './policy.ts';

/** A reply is answered by the agent that it replies to. A reply to another person is left to that person. */
export const repliedTo: FloorPolicy = question => {
  const { message, room, candidates } = question;
  if (room.repliedTo === null || room.repliedTo === message.from) return null;
  const agent = agentOf(room.repliedTo);
  if (agent === null) return [];
  return candidates.some(candidate => candidate._id === agent) ? [{ agent, reason: askedBy(question) }] : null;
};
