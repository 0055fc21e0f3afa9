import type { DomainEvent, NewEvent } from '../core/events/event.ts';
import type { Topic } from '../core/events/event-type.ts';

/**
 * Tells whoever wants to know what happened. The store is the truth and the bus only tells of it: no step of an answer depends on a
 * subscriber. An event that was published in the last moment before a crash may be lost, unless its step is done again and publishes
 * it again, under the same id.
 */
export interface Bus {
  /**
   * Publishes events in this order and returns at once; nothing of a subscriber is run before that. Never throws. The bus stamps the
   * time. Events of topics that nobody subscribes to go nowhere.
   */
  publish(events: readonly NewEvent[]): void;
  /**
   * The same, and resolves when each event outlives this process: handled, or kept where it will be, for all groups that must not miss
   * any. Never rejects, and gives up waiting after ten seconds. Only for what must not be lost; the path of an answer does not wait.
   */
  keep(events: readonly NewEvent[]): Promise<void>;
  /** Begins to hear. What was published before may not be heard. A group subscribes once in a process. */
  subscribe(subscription: Subscription): void;
  /**
   * Puts those dead letters to their groups again of which somebody said so (`retry`). Of several processes each does it for the events that come to
   * it, so all of them are asked now and then. Rejects with `STORE_*`.
   */
  retryLetters(): Promise<void>;
  /**
   * Takes no more events and lets those that wait be handled, for at most `graceMs`. What then still waits for a group that must not miss
   * any is put with the dead letters, or kept for the next process that has the group. May be repeated.
   */
  close(graceMs: number): Promise<void>;
}

/**
 * Handlers of a group. Where several processes share a bus, an event goes to one of them where the group must not miss any, and else to each
 * of them. An event comes at least once: a handler passes over an id that it has dealt with. The events of one key come one at a time
 * and in order; those of other keys meanwhile.
 */
export interface Subscription {
  readonly group: string;
  readonly topics: readonly Topic[];
  /**
   * Whether the group must not miss any event. A handler that throws is run again after a growing pause (0.1 s to 30 s); the key's later
   * events wait. After so many attempts the event is put into `dead_letters`, and the next one comes. A group that may miss events
   * (a page that shows what happens) goes on without it.
   */
  readonly durable: boolean;
  /** How often an event is tried, 1 or more. */
  readonly attempts: number;
  /**
   * How many events may wait in a process, 1 or more. What comes beyond that is not taken: for a durable group it waits elsewhere or is put
   * into `dead_letters` with no attempts, for others it is passed over. The log tells.
   */
  readonly most: number;
  readonly handle: (event: DomainEvent) => Promise<void>;
}
