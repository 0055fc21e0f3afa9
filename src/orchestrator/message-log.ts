import type { Draft } from '../core/document.ts';
import { received } from '../core/events/message-changes.ts';
import type { AgentId, TurnId } from '../core/ids.ts';
import type { ChatEvent, Message } from '../core/message.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';

/** What an agent says has a cause. What comes from outside has none; for what was found late, the agents that were invited after it. */
export type Origin =
  | { readonly cause: TurnId; readonly hop: number }
  | { readonly invitedAfter: (event: ChatEvent) => readonly AgentId[] };

const isOurs = (origin: Origin | undefined) => origin !== undefined && 'cause' in origin;

/** The log of all rooms. One order for all of them: what is appended later stands later, also over restarts. */
export interface MessageLog {
  /** Resolves when the events are durable. An event that is there already is passed over. */
  append(events: readonly ChatEvent[], origin?: Origin): Promise<void>;
}

/**
 * Opens the log. One append is under way at a time: if a later one could be stored first, a room's cursor could move past an event
 * that is not there yet, and it would never be dealt with.
 */
export async function openMessageLog(given: { store: Store; clock: Clock; bus: Bus }): Promise<MessageLog> {
  const messages = given.store.collection('messages');
  const [newest] = await messages.find({ orderBy: { field: 'order', direction: 'desc' }, limit: 1 });
  let last = newest?.order ?? 0;
  let tail: Promise<unknown> = Promise.resolve();

  const drafts = (events: readonly ChatEvent[], origin: Origin | undefined): Draft<Message>[] =>
    events.map(event => {
      // Close to the clock, so that a number tells a moment; above the last one, so that a clock set back changes nothing.
      last = Math.max(last + 1, given.clock.now() * 1000);
      const stored = { order: last, status: isOurs(origin) ? 'sent' : 'received', editedAt: null } as const;
      const outside = { cause: null, hop: 0 };
      if (origin === undefined) return { ...event, ...stored, ...outside };
      return 'cause' in origin
        ? { ...event, ...stored, ...origin }
        : { ...event, ...stored, ...outside, foundBefore: origin.invitedAfter(event) };
    });

  return {
    append(events, origin) {
      const done = tail.then(() => messages.insert(drafts(events, origin)));
      tail = done.catch(() => undefined);
      return done.then(() => {
        // Also what is there already: it is delivered again where nobody may have heard of it.
        if (!isOurs(origin)) given.bus.publish(received(events));
      });
    },
  };
}
