import type { z } from 'zod';
import type { MessageId, TurnId } from '../ids.ts';
import { agentLifecycleEvents, agentStatusEvents } from './agent-events.ts';
import { chatEvents } from './chat-events.ts';
import type { EventType, Topic } from './event-type.ts';
import { floorEvents } from './floor-events.ts';
import { messageEvents } from './message-events.ts';
import { systemEvents } from './system-events.ts';
import { taskEvents } from './task-events.ts';

/** Every type of event. `docs/events.md` is printed from these. */
export const eventTypes = {
  ...agentLifecycleEvents,
  ...agentStatusEvents,
  ...chatEvents,
  ...floorEvents,
  ...messageEvents,
  ...taskEvents,
  ...systemEvents,
} satisfies Readonly<Record<string, EventType>>;

export type EventName = keyof typeof eventTypes;
export type DataOf<Name extends EventName> = z.infer<(typeof eventTypes)[Name]['data']>;

/** What every event says of itself. */
interface Envelope<Name extends EventName> {
  /** The same whenever this event is published again: whoever has dealt with it passes it over. */
  readonly id: string;
  readonly type: Name;
  readonly schemaVersion: number;
  readonly topic: Topic;
  /** What it is ordered by: the events of one key come in the order in which they were published. */
  readonly key: string;
  /** The same in all that follows from one message of a person. */
  readonly correlationId: string;
  /** The message or turn that it follows from, or null. */
  readonly causationId: string | null;
  /** When it was published, in milliseconds since 1970; another one when it is published again. */
  readonly timestamp: number;
  readonly data: DataOf<Name>;
}

/** Something that happened, for whoever wants to know. */
export type DomainEvent<Name extends EventName = EventName> = { [N in Name]: Envelope<N> }[Name];

/** An event that nobody has published yet. */
export type NewEvent<Name extends EventName = EventName> = { [N in Name]: Omit<Envelope<N>, 'timestamp'> }[Name];

/** An event of that type, which follows from a message or turn. Pure: the same again has the same id. */
export function event<Name extends EventName>(
  type: Name,
  data: DataOf<Name>,
  cause: MessageId | TurnId | null = null,
): NewEvent {
  const described: EventType = eventTypes[type];
  const id = `${type}:${described.identify(data)}`;
  return {
    id,
    type,
    schemaVersion: versionOf(described),
    topic: described.topic,
    key: String((data as Readonly<Record<string, unknown>>)[described.key]),
    correlationId: cause === null ? id : correlationOf(cause),
    causationId: cause,
    data,
  } as NewEvent;
}

/** Counts from 1. */
export const versionOf = (type: EventType): number => type.upgrades.length + 1;

/** What a message, its turns and all that they hand over to have in common. */
export const correlationOf = (cause: MessageId | TurnId): string =>
  cause.replace(/(?:#[a-z]+)?(?:\/[a-z\d-]+(?:~\d+)?)*$/, '') || cause;
