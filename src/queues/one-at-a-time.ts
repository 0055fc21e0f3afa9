import type { QueueHandler } from '../ports/queue.ts';

/** The handler where a key may be begun a second time: while it runs for a key, another run of that key becomes one more afterwards. */
export function oneAtATime(handler: QueueHandler, wake: (key: string) => void): QueueHandler {
  const running = new Map<string, { again: boolean }>();
  return {
    ...handler,
    async run(key) {
      const here = running.get(key);
      if (here !== undefined) {
        here.again = true;
        return;
      }
      const mark = { again: false };
      running.set(key, mark);
      try {
        await handler.run(key);
      } finally {
        running.delete(key);
        if (mark.again) wake(key);
      }
    },
  };
}
