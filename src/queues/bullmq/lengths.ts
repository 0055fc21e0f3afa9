import type { Queue } from 'bullmq';
import type { Clock } from '../../ports/clock.ts';
import type { TopicLength } from '../../ports/queue.ts';

/** How much there is to do in a topic, over all processes; `here` wait in this one for Redis to take them. */
export async function lengthOf(topic: Queue, here: number, clock: Clock): Promise<TopicLength> {
  const [counts, [first], [pausing]] = await Promise.all([
    topic.getJobCounts('wait', 'delayed', 'active'),
    topic.getWaiting(0, 0),
    topic.getDelayed(0, 0),
  ]);
  const { wait = 0, delayed = 0, active = 0 } = counts;
  const now = clock.now();
  const oldest = Math.min(now, ...[first, pausing].map(job => job?.timestamp ?? now));
  return { topic: topic.name, waiting: wait + delayed + here, running: active, oldestMs: now - oldest };
}
