import { atMost } from '../../ports/at-most.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Queue, TellsLengths } from '../../ports/queue.ts';
import { checkHandler, type HandlerFailure } from '../handler.ts';
import { localTopic, type Topic } from './topic.ts';

export interface LocalQueueOptions {
  readonly clock: Clock;
  /** Hears of every failure, also of those that are tried again. */
  readonly onError?: (failure: HandlerFailure) => void;
}

/** The queue of one process. It keeps one entry for each key that waits or runs, and nothing else. */
export function localQueue({ clock, onError = () => {} }: LocalQueueOptions): Queue & TellsLengths {
  const topics = new Map<string, Topic>();
  let closing: Promise<void> | null = null;

  function topicOf(name: string): Topic {
    const known = topics.get(name);
    if (known !== undefined) return known;
    const made = localTopic({ name, clock, onError });
    topics.set(name, made);
    return made;
  }

  return {
    wake(topic, key) {
      if (closing === null) topicOf(topic).wake(key);
    },
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
