import { expect, it } from 'vitest';
import { endPauses } from '../../../src/queues/bullmq/end-pauses.ts';
import { heldClock } from '../../fakes/clock.ts';

/** A key that waits after its first failure, as BullMQ gives it. */
const pausing = (id: string, promote: () => Promise<void>) => ({ queueName: 'rooms', id, attemptsMade: 1, promote });

it('a pause that another process has ended just now holds up no other', async () => {
  const clock = heldClock();
  const ended: string[] = [];
  const jobs = [
    pausing('taken', () => Promise.reject(new Error('Missing key for job taken'))),
    pausing('left', async () => void ended.push('left')),
  ];
  const pauses = endPauses({
    topics: () => [{ getJobs: async () => jobs } as never],
    clock,
    elapsed: clock.now,
  });
  for (let look = 0; look < 12; look += 1) await clock.advance(3_000);
  expect(ended).not.toEqual([]);
  pauses.stop();
});
