import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HandlerFailure } from '../../../src/queues/handler.ts';
import { localQueue } from '../../../src/queues/local/queue.ts';
import { queueContract } from '../../contracts/queue.ts';
import { heldClock } from '../../fakes/clock.ts';

queueContract('The local queue', clock => localQueue({ clock }));

describe('The local queue', () => {
  it('tells of every failure', async () => {
    const clock = heldClock();
    const failures: HandlerFailure[] = [];
    const queue = localQueue({ clock, onError: failure => failures.push(failure) });
    const error = new Error('The handler failed.');
    const run = async (): Promise<void> => Promise.reject(error);
    queue.handle('rooms', { concurrency: 1, attempts: 2, run, onGivenUp: () => {} });
    queue.wake('rooms', 'a');
    await clock.advance(1000);
    expect(failures).toEqual([1, 2].map(attempt => ({ topic: 'rooms', key: 'a', attempt, error })));
  });

  it('looks at a key after its last wake-up, and never at one key twice at once, whatever happens when', async () => {
    const events = fc.array(fc.record({ at: fc.nat(500), key: fc.constantFrom('a', 'b', 'c', 'd') }), {
      maxLength: 30,
    });
    const runs = fc.infiniteStream(fc.record({ takes: fc.nat(120), fails: fc.boolean() }));
    await fc.assert(
      fc.asyncProperty(events, runs, fc.integer({ min: 1, max: 3 }), async (wakes, given, concurrency) => {
        const clock = heldClock(0);
        const queue = localQueue({ clock });
        const lastBegun = new Map<string, number>();
        const running = new Set<string>();
        let step = 0;
        queue.handle('rooms', {
          concurrency,
          attempts: 100,
          onGivenUp: () => {},
          async run(key) {
            expect(running.has(key) || running.size >= concurrency).toBe(false);
            running.add(key);
            lastBegun.set(key, ++step);
            const { takes, fails } = given.next().value;
            await new Promise<void>(resolve => clock.after(takes, resolve));
            running.delete(key);
            if (fails) throw new Error('The handler failed.');
          },
        });
        const lastWoken = new Map<string, number>();
        for (const { at, key } of wakes) {
          clock.after(at, () => {
            lastWoken.set(key, ++step);
            queue.wake('rooms', key);
          });
        }
        await clock.advance(600_000);
        expect(running.size).toBe(0);
        for (const [key, woken] of lastWoken) expect(lastBegun.get(key)).toBeGreaterThan(woken);
        await queue.close(0);
      }),
      { numRuns: 50 },
    );
  });
});
