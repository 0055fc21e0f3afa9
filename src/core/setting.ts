import type { Document } from './document.ts';

/** A small fact that Parley keeps for itself. `_id` is its name. */
export interface Setting extends Document {
  readonly value: string;
}
