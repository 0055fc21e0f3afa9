import { threadKey } from '../room.ts';
import type { FloorPolicy } from './policy.ts';

/** Each message goes to the agent after the one that was addressed before, in the order of the configuration. */
export const roundRobin: FloorPolicy = ({ message, floor, candidates }) => {
  const last = candidates.findIndex(candidate => candidate._id === floor.lastAddressed[threadKey(message.thread)]);
  const next = candidates[(last + 1) % candidates.length];
  return next === undefined ? [] : [{ agent: next._id, reason: 'next in turn' }];
};
