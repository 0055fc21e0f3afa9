import type { WriteConcernSettings } from 'mongodb';
import type { Outlives } from '../../ports/store.ts';

export interface Concern {
  readonly writeConcern: WriteConcernSettings;
}

const byMajority: Concern = { writeConcern: { w: 'majority', journal: true } };
const byPrimary: Concern = { writeConcern: { w: 1 } };

/**
 * What outlives the machine is in the journals of most members. What need only outlive the process is at the primary; whatever a
 * majority has afterwards, it has with all that came before, as members follow one log. Shards have a log each, so there all waits.
 */
export const writeConcerns =
  (sharded: boolean) =>
  (outlives: Outlives = 'machine'): Concern =>
    outlives === 'process' && !sharded ? byPrimary : byMajority;
