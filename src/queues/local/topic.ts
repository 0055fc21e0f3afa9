import { pauseAfter } from '../../core/pause-after.ts';
import type { Clock } from '../../ports/clock.ts';
import type { QueueHandler, TopicLength } from '../../ports/queue.ts';
import type { HandlerFailure } from '../handler.ts';
import { type Lane, makeLane } from './lane.ts';

/** A key that waits, runs, or pauses after a failure; a key that does none of these has no entry. */
interface Entry {
  readonly key: string;
  state: 'waiting' | 'running' | 'pausing';
  /** Woken during the run that is under way. */
  wokenAgain: boolean;
  /** Since when it waits, or waited when its run began. */
  since: number;
  /** How often it failed in a row. */
  failures: number;
  cancelPause: () => void;
}

export interface Topic {
  wake(key: string): void;
  handle(handler: QueueHandler): void;
  /** Whether a key waits, runs or pauses. */
  knows(key: string): boolean;
  /** How many do. */
  size(): number;
  length(): TopicLength;
  /** Starts nothing any more; resolves when nothing runs. */
  end(): Promise<void>;
}

interface TopicOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly onError: (failure: HandlerFailure) => void;
}

interface State extends TopicOptions {
  /** By key. */
  readonly entries: Map<string, Entry>;
  readonly lane: Lane<Entry>;
  ended: boolean;
}

/** The wake-ups of one topic. */
export function localTopic(options: TopicOptions): Topic {
  const topic: State = { ...options, entries: new Map(), lane: makeLane(), ended: false };
  let isHandled = false;
  return {
    wake: key => wake(topic, key),
    handle(handler) {
      if (isHandled) throw new TypeError(`${topic.name} has a handler already.`);
      isHandled = true;
      topic.lane.open({ concurrency: handler.concurrency, run: entry => attempt(topic, entry, handler) });
    },
    knows: key => topic.entries.has(key),
    size: () => topic.entries.size,
    length: () => lengthOf(topic),
    end() {
      topic.ended = true;
      for (const entry of topic.entries.values()) entry.cancelPause();
      return topic.lane.end();
    },
  };
}

function wake(topic: State, key: string): void {
  const entry = topic.entries.get(key);
  if (entry !== undefined) {
    entry.wokenAgain = entry.state === 'running';
    return;
  }
  const made: Entry = { key, state: 'waiting', wokenAgain: false, since: 0, failures: 0, cancelPause: () => {} };
  topic.entries.set(key, made);
  enqueue(topic, made);
}

function lengthOf({ name, entries, clock }: State): TopicLength {
  const waiting = [...entries.values()].filter(({ state }) => state !== 'running');
  const oldest = waiting.reduce((first, { since }) => Math.min(first, since), clock.now());
  return {
    topic: name,
    waiting: waiting.length,
    running: entries.size - waiting.length,
    oldestMs: clock.now() - oldest,
  };
}

function enqueue({ lane, clock }: State, entry: Entry): void {
  // A pause after a failure is a part of the waiting.
  if (entry.failures === 0) entry.since = clock.now();
  entry.state = 'waiting';
  entry.wokenAgain = false;
  lane.push(entry);
}

async function attempt(topic: State, entry: Entry, { run, attempts, onGivenUp }: QueueHandler): Promise<void> {
  entry.state = 'running';
  try {
    await run(entry.key);
    leave(topic, entry);
  } catch (error) {
    entry.failures += 1;
    tell(topic, entry, error);
    if (entry.failures < attempts) pause(topic, entry);
    else giveUp(topic, entry, () => onGivenUp(entry.key, error));
  }
}

/** A series of attempts is over. */
function leave(topic: State, entry: Entry): void {
  entry.failures = 0;
  if (entry.wokenAgain) enqueue(topic, entry);
  else topic.entries.delete(entry.key);
}

function pause(topic: State, entry: Entry): void {
  if (topic.ended) return;
  entry.state = 'pausing';
  entry.cancelPause = topic.clock.after(pauseAfter(entry.failures), () => enqueue(topic, entry));
}

function giveUp(topic: State, entry: Entry, announce: () => void): void {
  const { key, failures } = entry;
  leave(topic, entry);
  try {
    announce();
  } catch (error) {
    tell(topic, { key, failures }, error);
  }
}

function tell({ name, onError }: State, { key, failures }: Pick<Entry, 'key' | 'failures'>, error: unknown): void {
  onError({ topic: name, key, attempt: failures, error });
}
