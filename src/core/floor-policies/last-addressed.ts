import { threadKey } from '../room.ts';
import type { FloorPolicy } from './policy.ts';

/** The conversation goes on with the agent that people last spoke to there: in the thread, or in the main timeline. */
export const lastAddressed: FloorPolicy = ({ message, room, floor, candidates }) => {
  const agent = floor.lastAddressed[threadKey(message.thread)] ?? (message.thread === null ? null : room.threadAgent);
  return candidates.some(candidate => candidate._id === agent) && agent ? [{ agent, reason: 'last addressed' }] : null;
};
