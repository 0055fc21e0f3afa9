import { atMost } from '../../ports/at-most.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Queue, TellsLengths } from '../../ports/queue.ts';
import { type Bounds, usualBounds } from '../../ports/queue-bounds.ts';
import { checkHandler, type HandlerFailure } from '../handler.ts';
import { localTopic, type Topic } from './topic.ts';

export interface LocalQueueOptions {
  readonly clock: Clock;
  /** Hears of every failure, also of those that are tried again. */
  readonly onError?: (failure: HandlerFailure) => void;
  /** Hears, once for each flood, that so many keys wait that others are passed over. */
  readonly onOverflow?: (waiting: number) => void;
  readonly bounds?: Bounds;
}

/** The queue of one process. It keeps one entry for each key that waits or runs, up to a bound, and nothing else. */
export function localQueue({
  clock,
  onError = () => {},
  onOverflow = () => {},
  bounds = usualBounds,
}: LocalQueueOptions): Queue & TellsLengths {
  const topics = new Map<string, Topic>();
  let overflowing = false;
  let closing: Promise<void> | null = null;

  function topicOf(name: string): Topic {
    const known = topics.get(name);
    if (known !== undefined) return known;
    const made = localTopic({ name, clock, onError });
    topics.set(name, made);
    return made;
  }

  const size = (): number => topics.values().reduce((sum, topic) => sum + topic.size(), 0);

  /** Whether one more may wait. */
  function takes(): boolean {
    const waiting = size();
    const { most } = bounds;
    if (waiting >= most && !overflowing) onOverflow(waiting);
    if (waiting >= most) overflowing = true;
    else if (waiting < most / 2) overflowing = false;
    return waiting < most;
  }

  return {
    wake(name, key) {
      if (closing !== null) return;
      const topic = topicOf(name);
      if (topic.knows(key) || takes()) topic.wake(key);
    },
    hasRoom: () => size() < bounds.outside,
    handle(topic, options) {
      checkHandler(topic, options);
      if (closing === null) topicOf(topic).handle(options);
    },
    lengths: async () => [...topics.values()].map(topic => topic.length()),
    close(graceMs) {
      closing ??= atMost(graceMs, Promise.all([...topics.values()].map(topic => topic.end())), clock);
      return closing;
    },
  };
}
