import type { DomainEvent } from '../../core/events/event.ts';
import { parseEvent } from '../../core/events/read-event.ts';
import type { RedisClient } from '../../redis/connect.ts';
import type { Letter } from '../dead-letters.ts';
import { type Group, type GroupOptions, newGroup } from '../group.ts';
import { acknowledging } from './acknowledge.ts';
import { eachPending } from './pending.ts';
import { entryOf, type RawEntry } from './streams.ts';

/** The entries of one stream that a durable group has been given and not handled yet. */
export interface Partition {
  readonly stream: string;
  readonly push: Group['push'];
  /** Whether more entries may be read: what former owners left has been taken over, and not too much waits. */
  hasRoom(): boolean;
  /** Takes up what former owners had begun and not handled. Rejects while Redis is away. */
  takeOver(): Promise<void>;
  take(raw: RawEntry): void;
  /** Lets what waits be handled; resolves when nothing waits. */
  end(): Promise<void>;
  /** Drops what waits, for the next owner; resolves when nothing runs. */
  drop(): Promise<void>;
}

export interface PartitionOptions extends Omit<GroupOptions, 'leaves'> {
  readonly client: RedisClient;
  readonly stream: string;
  /** Whether this process may still act for the group. */
  readonly holds: () => boolean;
}

const window = 1_000;
/** An event at which processes died so often, beyond its attempts, is put aside. */
const mostDeaths = 10;
const longestRaw = 100_000;

interface State extends PartitionOptions {
  readonly group: Group;
  readonly acks: ReturnType<typeof acknowledging>;
  /** Ids of entries that are not handled yet. */
  readonly underWay: Set<string>;
  running: number;
  /** Resolved when nothing runs any more, where somebody waits for that. */
  idle: PromiseWithResolvers<void> | null;
  ready: boolean;
  dropped: boolean;
}

export function openPartition(options: PartitionOptions): Partition {
  const { client, stream, subscription } = options;
  const from = { stream, group: subscription.group };
  const guarded = { ...subscription, handle: (event: DomainEvent) => handle(state, event) };
  const state: State = {
    ...options,
    group: newGroup({ ...options, leaves: true, subscription: guarded }),
    acks: acknowledging(client, stream, subscription.group),
    underWay: new Set(),
    running: 0,
    idle: null,
    ready: false,
    dropped: false,
  };
  return {
    stream,
    push: state.group.push,
    hasRoom: () => state.ready && state.underWay.size < Math.min(window, subscription.most),
    take: raw => take(state, raw, 1),
    async takeOver() {
      await eachPending(client, from, ({ raw, deliveries }) => take(state, raw, deliveries));
      state.ready = true;
    },
    async end() {
      await state.group.end();
      await state.acks.flush();
    },
    async drop() {
      state.dropped = true;
      state.group.abandon();
      await settled(state);
      await state.acks.flush();
    },
  };
}

/** A process that stood still for too long has lost its partitions: it must not go on where another one has begun. */
function handle(state: State, event: DomainEvent): Promise<void> {
  return state.dropped || !state.holds() ? new Promise(() => undefined) : run(state, event);
}

async function run(state: State, event: DomainEvent): Promise<void> {
  state.running += 1;
  try {
    await state.subscription.handle(event);
  } finally {
    state.running -= 1;
    if (state.running === 0) state.idle?.resolve();
  }
}

function settled(state: State): Promise<void> {
  if (state.running === 0) return Promise.resolve();
  state.idle ??= Promise.withResolvers();
  return state.idle.promise;
}

function take(state: State, raw: RawEntry, deliveries: number): void {
  const { underWay, dropped, log, acks, subscription } = state;
  const { id, topic, text } = entryOf(raw);
  if (dropped || underWay.has(id)) return;
  if (text === null) {
    const fields = { group: subscription.group, entry: id };
    log.error(fields, 'An event was forgotten before it was handled: too many came.');
  }
  const event = text === null ? null : parseEvent(text);
  const told = event?.topic ?? topic;
  if (text === null || (told !== null && !subscription.topics.includes(told))) {
    acks.add(id);
    return;
  }
  underWay.add(id);
  if (event === null) {
    const raw = text.slice(0, longestRaw);
    putAside(state, id, { event, raw, error: 'It is no event that this Parley knows.', attempts: 0 });
  } else if (deliveries > subscription.attempts + mostDeaths) {
    const error = 'Parley ended while it was handled, again and again.';
    putAside(state, id, { event, raw: null, error, attempts: deliveries });
  } else {
    state.group.push(event, () => done(state, id));
  }
}

function putAside(state: State, id: string, letter: Omit<Letter, 'group'>): void {
  const { group } = state.subscription;
  state.log.error({ group, entry: id, attempts: letter.attempts }, letter.error);
  state.letters.put({ group, ...letter }, () => done(state, id));
}

function done(state: State, id: string): void {
  state.underWay.delete(id);
  if (!state.dropped) state.acks.add(id);
}
