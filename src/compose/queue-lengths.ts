import { type Queue, type TopicLength, tellsLengths } from '../ports/queue.ts';

const patienceMs = 2_000;

/** How much waits; nothing where the queue does not tell, or not in time. */
export async function queueLengths(queue: Queue): Promise<readonly TopicLength[]> {
  if (!tellsLengths(queue)) return [];
  const late = new Promise<readonly TopicLength[]>(resolve => void setTimeout(resolve, patienceMs, []).unref());
  return Promise.race([queue.lengths().catch(() => []), late]);
}
