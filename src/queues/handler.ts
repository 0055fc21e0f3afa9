import type { QueueHandler } from '../ports/queue.ts';

/** What a handler threw, for the log. `attempt` counts from 1. */
export interface HandlerFailure {
  readonly topic: string;
  readonly key: string;
  readonly attempt: number;
  readonly error: unknown;
}

/** Refuses numbers with which nothing would ever run. */
export function checkHandler(topic: string, { concurrency, attempts }: QueueHandler): void {
  for (const [name, value] of Object.entries({ concurrency, attempts })) {
    if (!Number.isInteger(value) || value < 1) throw new TypeError(`${name} of ${topic} is at least 1, not ${value}.`);
  }
}
