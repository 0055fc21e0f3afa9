import type { Clock } from '../../ports/clock.ts';
import type { Queue, QueueHandler } from '../../ports/queue.ts';
import type { Meter } from './meter.ts';

/** The same queue; the runs of its handlers are counted and timed. */
export function tapQueue<Q extends Queue>(queue: Q, tap: { readonly meter: Meter; readonly clock: Clock }): Q {
  return {
    ...queue,
    handle: (topic: string, handler: QueueHandler) => queue.handle(topic, counted(topic, handler, tap)),
  };
}

function counted(
  topic: string,
  handler: QueueHandler,
  { meter, clock }: { readonly meter: Meter; readonly clock: Clock },
): QueueHandler {
  return {
    ...handler,
    async run(key) {
      const begun = clock.now();
      let outcome = 'failed';
      try {
        await handler.run(key);
        outcome = 'done';
      } finally {
        meter.count('parley_queue_runs_total', { topic, outcome });
        meter.time('parley_queue_run_seconds', { topic }, (clock.now() - begun) / 1000);
      }
    },
    onGivenUp(key, error) {
      meter.count('parley_queue_runs_total', { topic, outcome: 'given up' });
      handler.onGivenUp(key, error);
    },
  };
}
