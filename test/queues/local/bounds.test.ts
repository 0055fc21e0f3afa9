import { expect, it } from 'vitest';
import { localQueue } from '../../../src/queues/local/queue.ts';
import { heldClock } from '../../fakes/clock.ts';

it('holds a bounded number of keys over all topics, says so once, and takes others when some are done', async () => {
  const clock = heldClock();
  const told: number[] = [];
  const onOverflow = (waiting: number): void => void told.push(waiting);
  const queue = localQueue({ clock, onOverflow, bounds: { most: 10, outside: 8 } });
  const begun: string[] = [];
  for (let key = 0; key < 7; key++) queue.wake('rooms', `${key}`);
  expect(queue.hasRoom()).toBe(true);
  for (let key = 0; key < 7; key++) queue.wake('turns', `${key}`);
  expect(queue.hasRoom()).toBe(false);
  queue.wake('rooms', '0');
  expect(told).toEqual([10]);
  const run = async (key: string): Promise<void> => void begun.push(key);
  for (const topic of ['rooms', 'turns'])
    queue.handle(topic, { concurrency: 2, attempts: 1, run, onGivenUp: () => {} });
  await clock.advance(0);
  expect(begun.toSorted()).toEqual(['0', '0', '1', '1', '2', '2', '3', '4', '5', '6']);
  expect(queue.hasRoom()).toBe(true);
  await queue.close(0);
});
