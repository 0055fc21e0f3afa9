import type { FloorPolicy } from '../floor-policies/policy.ts';

/** How the next speaker is chosen in a group. */
export interface Strategy {
  /** One sentence for people. */
  readonly summary: string;
  /** Asked one after the other until one has an opinion; nobody answers where none has. */
  readonly policies: readonly FloorPolicy[];
  /** Whether there is a moderator who may decide who speaks, and the others can't. */
  readonly moderated?: true;
  /** Whether an agent may ask for the floor by itself, when it has something to add. */
  readonly volunteers?: true;
}
