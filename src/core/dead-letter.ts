import type { Document } from './document.ts';
import type { DomainEvent } from './events/event.ts';
import type { Topic } from './events/event-type.ts';

/** An event that a group of subscribers could not handle. `_id` is `<group>/<event id>`, or made from what could not be read. */
export interface DeadLetter extends Document {
  readonly group: string;
  /** Null where it could not be read. */
  readonly topic: Topic | null;
  readonly event: DomainEvent | null;
  /** What came instead of an event that this Parley knows, cut where it is very long. */
  readonly raw: string | null;
  /** Whether somebody wants it to be tried again; that is looked for every minute. */
  readonly retry: boolean;
  /** What the handler said the last time, or why it was never asked. Without texts of messages. */
  readonly error: string;
  /** 0: it never got so far. */
  readonly attempts: number;
  /** When it was given up, in milliseconds since 1970. */
  readonly timestamp: number;
}
