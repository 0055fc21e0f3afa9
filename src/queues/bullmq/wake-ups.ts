import { Queue } from 'bullmq';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { TopicLength } from '../../ports/queue.ts';
import { problemOf, type RedisClient } from '../../redis/connect.ts';
import { lengthOf } from './lengths.ts';

/** Wake-ups on their way to Redis. */
export interface WakeUps {
  /** Returns at once, and never throws. */
  add(topic: string, key: string): void;
  /** How much there is to do in these topics, and in those that were woken here. */
  lengths(topics: Iterable<string>): Promise<readonly TopicLength[]>;
  /** Resolves when none waits. */
  flushed(): Promise<void>;
  stop(): void;
}

interface WakeUpsOptions {
  readonly connection: RedisClient;
  readonly prefix: string;
  readonly clock: Clock;
  readonly log: Log;
}

const atOnce = 250;
/** Keys that wait while Redis is away. What comes beyond that is found by the sweep. */
export const mostWaiting = 100_000;
const againMs = 50;
/** BullMQ writes what happens into a stream that nobody reads here. */
const keptEvents = 100;

/** How each is added: several of a key are one, and one that comes during a run causes one more run afterwards. */
const jobFor = (key: string) => ({
  name: 'wake',
  data: key,
  opts: {
    deduplication: { id: key, keepLastIfActive: true },
    // The handler counts by itself: whoever wakes need not know it.
    attempts: Number.MAX_SAFE_INTEGER,
    backoff: { type: 'growing' },
    removeOnComplete: true,
    removeOnFail: true,
    stackTraceLimit: 0,
  },
});

/** Keys that are being sent, and those of them that were woken meanwhile. */
interface Batch {
  readonly keys: ReadonlySet<string>;
  readonly again: Set<string>;
}

interface State extends WakeUpsOptions {
  /** By topic; each key once, also while it is sent. */
  readonly waiting: Map<string, Set<string>>;
  /** By topic. */
  readonly underWay: Map<string, Batch>;
  readonly queues: Map<string, Queue>;
  size: number;
  overflowing: boolean;
  sending: Promise<void> | null;
  idle: PromiseWithResolvers<void>;
  stopped: boolean;
}

export function wakeUps(options: WakeUpsOptions): WakeUps {
  const state: State = {
    ...options,
    waiting: new Map(),
    underWay: new Map(),
    queues: new Map(),
    size: 0,
    overflowing: false,
    sending: null,
    idle: Promise.withResolvers(),
    stopped: false,
  };
  return {
    add: (topic, key) => add(state, topic, key),
    lengths(topics) {
      const names = new Set([...topics, ...state.queues.keys()]);
      return Promise.all(
        [...names].map(name => lengthOf(queueOf(state, name), state.waiting.get(name)?.size ?? 0, state.clock)),
      );
    },
    flushed: () => (state.size === 0 && state.sending === null ? Promise.resolve() : state.idle.promise),
    stop() {
      state.stopped = true;
      for (const queue of state.queues.values()) void queue.close().catch(() => undefined);
    },
  };
}

function add(state: State, topic: string, key: string): void {
  const keys = state.waiting.get(topic) ?? new Set();
  if (keys.has(key)) {
    wakeAgain(state.underWay.get(topic), key);
    return;
  }
  if (state.size >= mostWaiting) {
    overflow(state);
    return;
  }
  state.waiting.set(topic, keys.add(key));
  state.size += 1;
  // In the next turn of the event loop: what is woken together goes together.
  state.sending ??= new Promise<void>(resolve => setImmediate(resolve)).then(() => sendAll(state));
}

/** What is woken while it is sent is sent once more: its run may have begun. */
function wakeAgain(batch: Batch | undefined, key: string): void {
  if (batch?.keys.has(key)) batch.again.add(key);
}

function overflow(state: State): void {
  if (!state.overflowing) {
    state.log.warn(
      { waiting: state.size },
      'Redis is away, and no more wake-ups are kept. The sweep finds what has to be done.',
    );
  }
  state.overflowing = true;
}

async function sendAll(state: State): Promise<void> {
  while (state.size > 0 && !state.stopped) {
    const results = await Promise.all([...state.waiting.keys()].map(topic => sendSome(state, topic)));
    if (results.includes(false)) await new Promise<void>(resolve => void state.clock.after(againMs, resolve));
  }
  state.sending = null;
  state.overflowing = false;
  state.idle.resolve();
  state.idle = Promise.withResolvers();
}

/** False: Redis did not take them; they wait on. */
async function sendSome(state: State, topic: string): Promise<boolean> {
  const keys = state.waiting.get(topic) ?? new Set();
  const batch = { keys: new Set(keys.values().take(atOnce)), again: new Set<string>() };
  if (batch.keys.size === 0) return true;
  state.underWay.set(topic, batch);
  try {
    await queueOf(state, topic).addBulk([...batch.keys].map(jobFor));
    for (const key of batch.keys) keys.delete(key);
    for (const key of batch.again) keys.add(key);
    state.size -= batch.keys.size - batch.again.size;
    return true;
  } catch (error) {
    state.log.debug({ topic, waiting: state.size, problem: problemOf(error) }, 'Redis did not take wake-ups; again.');
    return false;
  } finally {
    state.underWay.delete(topic);
  }
}

function queueOf({ queues, connection, prefix, log }: State, topic: string): Queue {
  const known = queues.get(topic);
  if (known !== undefined) return known;
  const made = new Queue(topic, {
    connection,
    prefix,
    streams: { events: { maxLen: keptEvents } },
    skipWaitingForReady: true,
    skipVersionCheck: true,
  });
  made.on('error', error => log.debug({ topic, problem: problemOf(error) }, 'Redis failed.'));
  queues.set(topic, made);
  return made;
}
