import { emptyFloor, type Floor, type Speaker } from './floor.ts';

/** A floor as an earlier Parley stored it: without what it did not know. */
export type StoredFloor = Pick<Floor, '_id' | 'version' | 'createdAt' | 'updatedAt' | 'tenant'> & Partial<Floor>;

const isComplete = (stored: StoredFloor): stored is Floor =>
  Object.keys(emptyFloor(stored._id)).every(field => field in stored);

/** The floor as it is meant today: the one place where what is missing in a stored floor gets its meaning. */
export function floorOf(stored: StoredFloor): Floor {
  if (isComplete(stored)) return stored;
  const completed = (speaker: Speaker): Speaker =>
    speaker.kind === undefined
      ? ({ since: stored.updatedAt, direct: true, ...(speaker as object), kind: 'agent' } as Speaker)
      : speaker;
  return {
    ...emptyFloor(stored._id),
    ...stored,
    currentSpeaker: stored.currentSpeaker ? completed(stored.currentSpeaker) : null,
    queue: (stored.queue ?? []).map(completed),
  };
}
