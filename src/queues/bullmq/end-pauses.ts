import type { Job, Queue } from 'bullmq';
import { pauseAfter } from '../../core/pause-after.ts';
import type { Clock } from '../../ports/clock.ts';

const everyMs = 3_000;
/** Longer than BullMQ is late by itself. */
const slackMs = 2_000;
/** Those whose time is furthest away come first. */
const mostAtOnce = 200;

/** Which pause it is: the next one of the same key is another. */
const pauseOf = ({ queueName, id, attemptsMade }: Job): string => `${queueName} ${id} ${attemptsMade}`;

interface PausesOptions {
  readonly topics: () => readonly Pick<Queue, 'getJobs'>[];
  readonly clock: Pick<Clock, 'after'>;
  /** Milliseconds since some moment, by a clock that nobody sets. */
  readonly elapsed?: () => number;
}

/**
 * Ends the pauses of keys that failed where BullMQ does not: it notes their end by the clock of the machine that failed, and reads it by the clock of
 * another one, or of the same one after it was set. No clock counts here: who has seen a pause for longer than it is meant to last ends it. Until
 * then a wake-up of that key would do nothing, not even the sweep's.
 */
export function endPauses({ topics, clock, elapsed = () => performance.now() }: PausesOptions): { stop(): void } {
  let seen = new Map<string, number>();
  let stopped = false;
  let cancel = (): void => undefined;

  async function look(): Promise<void> {
    const found = await Promise.all(topics().map(topic => topic.getJobs(['delayed'], 0, mostAtOnce - 1)));
    const now = elapsed();
    // BullMQ gives nothing in the place of one that has ended meanwhile.
    const pausing = found.flat().filter(job => job !== undefined);
    const before = seen;
    seen = new Map(pausing.map(job => [pauseOf(job), before.get(pauseOf(job)) ?? now]));
    for (const job of pausing) {
      const since = seen.get(pauseOf(job)) ?? now;
      // It has ended by itself just now, or another process has ended it.
      if (now - since > pauseAfter(job.attemptsMade) + slackMs) await job.promote().catch(() => undefined);
    }
  }

  function again(): void {
    cancel = clock.after(everyMs, () => {
      // Redis is away: the next look finds what is left.
      look()
        .catch(() => undefined)
        .finally(() => void (stopped || again()));
    });
  }

  again();
  return {
    stop() {
      stopped = true;
      cancel();
    },
  };
}
