/** How many keys may wait in a process, whatever the topic. */
export interface Bounds {
  /** What comes beyond that is passed over, and found by the sweep. */
  readonly most: number;
  /** From so many on nothing is taken from outside: what is left is for what Parley has begun itself. */
  readonly outside: number;
}

export const usualBounds: Bounds = { most: 100_000, outside: 90_000 };
