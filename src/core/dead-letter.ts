import type { Document } from './document.ts';
import type { DomainEvent } from './events/event.ts';
import type { Topic } from './events/event-type.ts';

/** An event that a group of subscribers could not handle. `_id` is `<group>/<event id>`. */
export interface DeadLetter extends Document {
  readonly group: string;
  readonly topic: Topic;
  readonly event: DomainEvent;
  /** What the handler said the last time, or why it was never asked. Without texts of messages. */
  readonly error: string;
  /** 0: it never got so far. */
  readonly attempts: number;
  /** When it was given up, in milliseconds since 1970. */
  readonly timestamp: number;
}
