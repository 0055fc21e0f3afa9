import type { DomainEvent } from '../core/events/event.ts';

/** Told when an event needs no more waiting: whether it was handled, or kept elsewhere or passed over. */
export type Kept = (handled: boolean) => void;

/** An event that waits for a group, and whom to tell that it needs no more waiting. */
export interface Entry {
  readonly event: DomainEvent;
  readonly kept: Kept;
}

/** The events of one key that wait, the first of them perhaps under way. A key without any has no line. */
export interface Line {
  readonly key: string;
  readonly waiting: Entry[];
  /** How often the first one failed. */
  failures: number;
  /** Null unless it waits for another try. */
  cancelPause: (() => void) | null;
}
