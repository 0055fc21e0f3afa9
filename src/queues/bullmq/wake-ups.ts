import { Queue } from 'bullmq';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { TopicLength } from '../../ports/queue.ts';
import { usualBounds } from '../../ports/queue-bounds.ts';
import { problemOf, type RedisClient } from '../../redis/connect.ts';
import { lengthOf } from './lengths.ts';

/** Wake-ups on their way to Redis. */
export interface WakeUps {
  /** Returns at once, and never throws. */
  add(topic: string, key: string): void;
  /** Whether there is room for what comes from outside. */
  hasRoom(): boolean;
  /** How much there is to do in these topics, and in those that were woken here. */
  lengths(topics: Iterable<string>): Promise<readonly TopicLength[]>;
  /** The topic as it stands in Redis. */
  topic(name: string): Queue;
  /** Resolves when none waits. */
  flushed(): Promise<void>;
  stop(): void;
}

interface WakeUpsOptions {
  readonly connection: RedisClient;
  readonly prefix: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Hears whether Redis took what it was given. */
  readonly heard: (answered: boolean) => void;
}

const atOnce = 250;
/** So many batches of a topic are under way: while Redis takes one, the next is made. */
const mostSenders = 3;
const againMs = 50;
/** BullMQ writes what happens into a stream that nobody reads here. */
const keptEvents = 1_000;

/** How each is added: several of a key are one, and one that comes during a run causes one more run afterwards. */
const jobFor = (key: string, timestamp: number) => ({
  name: 'wake',
  data: key,
  opts: {
    // Else by the machine's clock, and processes would take each other's wake-ups for old ones.
    timestamp,
    deduplication: { id: key, keepLastIfActive: true },
    // The handler counts by itself: whoever wakes need not know it.
    attempts: Number.MAX_SAFE_INTEGER,
    backoff: { type: 'growing' },
    stackTraceLimit: 0,
  },
});

/** The wake-ups of one topic that Redis has not taken. */
interface Line {
  readonly topic: string;
  /** Each key once. */
  waiting: Set<string>;
  senders: number;
}

interface State extends WakeUpsOptions {
  readonly lines: Map<string, Line>;
  readonly queues: Map<string, Queue>;
  /** How many keys wait or are being sent. */
  size: number;
  overflowing: boolean;
  idle: PromiseWithResolvers<void>;
  stopped: boolean;
}

export function wakeUps(options: WakeUpsOptions): WakeUps {
  const state: State = {
    ...options,
    lines: new Map(),
    queues: new Map(),
    size: 0,
    overflowing: false,
    idle: Promise.withResolvers(),
    stopped: false,
  };
  return {
    add: (topic, key) => add(state, lineOf(state, topic), key),
    hasRoom: () => state.size < usualBounds.outside,
    lengths(topics) {
      const names = new Set([...topics, ...state.queues.keys()]);
      return Promise.all(
        [...names].map(name => lengthOf(queueOf(state, name), state.lines.get(name)?.waiting.size ?? 0, state.clock)),
      );
    },
    topic: name => queueOf(state, name),
    flushed: () => (state.size === 0 ? Promise.resolve() : state.idle.promise),
    stop() {
      state.stopped = true;
      for (const queue of state.queues.values()) void queue.close().catch(() => undefined);
    },
  };
}

function lineOf({ lines }: State, topic: string): Line {
  const known = lines.get(topic);
  if (known !== undefined) return known;
  const made = { topic, waiting: new Set<string>(), senders: 0 };
  lines.set(topic, made);
  return made;
}

/** A key that is being sent waits once more: its run may have begun. */
function add(state: State, line: Line, key: string): void {
  if (line.waiting.has(key)) return;
  if (state.size >= usualBounds.most) {
    overflow(state);
    return;
  }
  line.waiting.add(key);
  state.size += 1;
  if (line.senders === mostSenders) return;
  line.senders += 1;
  // In the next turn of the event loop: what is woken together goes together.
  setImmediate(() => void sendAll(state, line));
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

async function sendAll(state: State, line: Line): Promise<void> {
  while (line.waiting.size > 0 && !state.stopped) {
    if (!(await sendSome(state, line))) await new Promise<void>(resolve => void state.clock.after(againMs, resolve));
  }
  line.senders -= 1;
  if (state.size > 0) return;
  state.overflowing = false;
  state.idle.resolve();
  state.idle = Promise.withResolvers();
}

/** False: Redis did not take them; they wait on. */
async function sendSome(state: State, line: Line): Promise<boolean> {
  const keys = [...line.waiting.values().take(atOnce)];
  for (const key of keys) line.waiting.delete(key);
  try {
    await queueOf(state, line.topic).addBulk(keys.map(key => jobFor(key, state.clock.now())));
    state.size -= keys.length;
    state.heard(true);
    return true;
  } catch (error) {
    state.heard(false);
    const before = line.waiting.size;
    line.waiting = new Set([...keys, ...line.waiting]);
    state.size -= keys.length + before - line.waiting.size;
    const fields = { topic: line.topic, waiting: state.size, problem: problemOf(error) };
    state.log.debug(fields, 'Redis did not take wake-ups; again.');
    return false;
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
