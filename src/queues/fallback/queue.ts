import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Queue, TellsLengths, TopicLength } from '../../ports/queue.ts';
import type { Presence } from '../../redis/presence.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { lookAround } from './look-around.ts';

/**
 * After so long nothing in Redis belongs any more to a run that ended while Redis was away: until then whoever wakes such a key through Redis
 * waits for that run. Longer than a run's lock and two looks for stalled ones together (`bullmq/run-topic.ts`).
 */
const settlesInMs = 11_000;

export interface FallbackOptions {
  /** What several processes share. */
  readonly shared: Queue & TellsLengths;
  /** What this process has for itself. */
  readonly local: Queue & TellsLengths;
  /** Whether what the shared one needs is there. */
  readonly presence: Pick<Presence, 'isAway' | 'onChange'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Wakes what this process is to do while nobody can be told of it; `first`: for the first time in this outage. One at a time. */
  readonly look: (first: boolean) => Promise<void>;
}

/**
 * The queue of several processes, which goes on in each of them while what they share is away: what a process can do that is woken there
 * runs there, and what others can't tell it of is looked for every few seconds, until it has been back for some seconds: what it still takes for
 * running holds up its key. What has begun here ends here. So for a while two processes may look at one key; in one process still one run
 * at a time does.
 */
export function withFallback({ shared, local, presence, clock, log, look }: FallbackOptions): Queue & TellsLengths {
  const handled = new Set<string>();
  const looking = lookAround({ look, clock, log });
  let closing: Promise<unknown> | null = null;
  let alone = presence.isAway();
  let cancel = (): void => undefined;

  presence.onChange(away => {
    if (closing !== null) return;
    cancel();
    if (away) {
      log.warn({}, 'Redis is away. Work goes on more slowly: what is to be done is looked up in the store.');
      alone = true;
      looking.begin();
    } else {
      log.info({}, 'Redis is back. What is to be done is told through it again.');
      cancel = clock.after(settlesInMs, settle);
    }
  });

  function settle(): void {
    alone = false;
    looking.end();
  }

  function wake(topic: string, key: string): void {
    // A bridge does nothing with it: it goes to the others when they can be told.
    if (alone && handled.has(topic)) local.wake(topic, key);
    else shared.wake(topic, key);
  }

  async function lengths(): Promise<readonly TopicLength[]> {
    const asked = presence.isAway() ? [local] : [shared, local];
    return added((await Promise.all(asked.map(queue => queue.lengths()))).flat());
  }

  return {
    wake,
    hasRoom: () => shared.hasRoom() && local.hasRoom(),
    handle(topic, handler) {
      const careful = oneAtATime(handler, key => wake(topic, key));
      shared.handle(topic, careful);
      local.handle(topic, careful);
      handled.add(topic);
    },
    lengths,
    async close(graceMs) {
      cancel();
      looking.end();
      closing ??= Promise.all([shared.close(graceMs), local.close(graceMs)]);
      await closing;
    },
  };
}

/** One for each topic. */
function added(all: readonly TopicLength[]): TopicLength[] {
  const byTopic = new Map<string, TopicLength>();
  for (const one of all) {
    const { waiting = 0, running = 0, oldestMs = 0 } = byTopic.get(one.topic) ?? {};
    byTopic.set(one.topic, {
      topic: one.topic,
      waiting: waiting + one.waiting,
      running: running + one.running,
      oldestMs: Math.max(oldestMs, one.oldestMs),
    });
  }
  return [...byTopic.values()];
}
