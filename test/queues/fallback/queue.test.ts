import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/ports/clock.ts';
import { tellsLengths } from '../../../src/ports/queue.ts';
import { withFallback } from '../../../src/queues/fallback/queue.ts';
import { localQueue } from '../../../src/queues/local/queue.ts';
import { bench } from '../../contracts/queue/bench.ts';
import { queueContract } from '../../contracts/queue.ts';
import { silentLog } from '../../fakes/log.ts';
import { sharedQueues } from '../../fakes/shared-queue.ts';

type Look = (first: boolean) => Promise<void>;
const nothing: Look = async () => undefined;

for (const isAway of [false, true]) {
  const presence = { isAway: () => isAway, onChange: () => undefined };
  queueContract(`A queue with a fallback, ${isAway ? 'without' : 'with'} Redis`, (clock: Clock) =>
    withFallback({
      ...{ shared: localQueue({ clock }), local: localQueue({ clock }), presence },
      ...{ clock, log: silentLog, look: nothing },
    }),
  );
}

/** A bench with a queue that can lose what it shares with others. */
function losing(look: Look = nothing) {
  const redis = sharedQueues();
  const made = bench(clock => {
    const shared = redis.open(clock);
    const { presence } = shared;
    return withFallback({ shared, local: localQueue({ clock }), presence, clock, log: silentLog, look });
  });
  const lose = async (): Promise<void> => {
    redis.leave();
    await made.clock.advance(2_000);
  };
  return { ...made, redis, lose };
}

describe('A queue of several processes that has lost Redis', () => {
  it('runs here what is woken here and can be done here, one run at a time for each key, and goes on when Redis is back', async () => {
    const { queue, clock, work, redis, lose } = losing();
    const { begun, finish } = work('rooms', { concurrency: 4 });
    queue.wake('rooms', 'before');
    await clock.advance(0);
    await lose();
    for (const key of ['a', 'before', 'a']) queue.wake('rooms', key);
    await clock.advance(0);
    expect(begun).toEqual(['before', 'a']);
    await finish('before');
    expect(begun).toEqual(['before', 'a', 'before']);
    redis.comeBack();
    // It still runs here, by the queue of this process.
    await clock.advance(15_000);
    queue.wake('rooms', 'a');
    queue.wake('rooms', 'b');
    await clock.advance(0);
    expect(begun.slice(3)).toEqual(['b']);
    for (const key of ['a', 'before', 'b']) await finish(key);
    expect(begun.slice(4)).toEqual(['a']);
  });

  it('runs here what it wakes while Redis, back again, still takes keys for running', async () => {
    const shared = { wakes: [] as string[] };
    const away = Promise.withResolvers<(away: boolean) => void>();
    const { queue, clock, work } = bench(clock => {
      const local = localQueue({ clock });
      // Nothing ever comes back from it.
      const deaf = { ...localQueue({ clock }), wake: (_: string, key: string) => void shared.wakes.push(key) };
      const presence = { isAway: () => false, onChange: (hear: (away: boolean) => void) => away.resolve(hear) };
      return withFallback({ shared: deaf, local, presence, clock, log: silentLog, look: nothing });
    });
    const { begun } = work('rooms', { concurrency: 4 });
    const become = await away.promise;
    become(true);
    become(false);
    await clock.advance(10_000);
    queue.wake('rooms', 'a');
    await clock.advance(0);
    expect(begun).toEqual(['a']);
    await clock.advance(1_000);
    queue.wake('rooms', 'b');
    expect([begun, shared.wakes]).toEqual([['a'], ['b']]);
  });

  it('keeps for the others what nobody here can do', async () => {
    const { queue, clock, redis, lose } = losing();
    await lose();
    queue.wake('rooms', 'a');
    await clock.advance(60_000);
    const ran: string[] = [];
    const shared = redis.open(clock);
    shared.handle('rooms', {
      concurrency: 1,
      attempts: 1,
      run: async key => void ran.push(key),
      onGivenUp: () => undefined,
    });
    redis.comeBack();
    await clock.advance(0);
    expect(ran).toEqual(['a']);
    await shared.close(0);
  });

  it('looks for what others can’t tell it at once and every two seconds, until Redis has been back for some seconds', async () => {
    const looks: boolean[] = [];
    const { clock, redis, lose } = losing(async first => void looks.push(first));
    await lose();
    expect(looks).toEqual([true]);
    await clock.advance(4_000);
    expect(looks).toEqual([true, false, false]);
    redis.comeBack();
    await clock.advance(60_000);
    expect(looks).toEqual([true, false, false, false, false, false, false, false]);
    await lose();
    expect(looks.slice(8)).toEqual([true]);
    redis.comeBack();
    await clock.advance(5_000);
    // Lost again before it was quiet: all of what was lost is looked up, as after the first time.
    await lose();
    await clock.advance(1_000);
    expect(looks.slice(8)).toEqual([true, false, false, false, true]);
  });

  it('begins anew with a first look that failed, and looks less often where a look takes long', async () => {
    const looks: boolean[] = [];
    let takesMs = 0;
    const { clock, lose } = losing(async first => {
      looks.push(first);
      if (looks.length === 1) throw new Error('The store is away.');
      await new Promise<void>(resolve => void clock.after(takesMs, resolve));
    });
    await lose();
    await clock.advance(2_000);
    expect(looks).toEqual([true, true]);
    takesMs = 1_000;
    await clock.advance(2_000);
    await clock.advance(4_999);
    expect(looks).toHaveLength(3);
    await clock.advance(1);
    expect(looks).toEqual([true, true, false, false]);
  });

  it('tells how much waits and runs here', async () => {
    const { queue, clock, work, lose } = losing();
    const { finish } = work('rooms');
    queue.wake('rooms', 'a');
    await clock.advance(0);
    await lose();
    for (const key of ['b', 'c']) queue.wake('rooms', key);
    await clock.advance(0);
    // What began through Redis is told by Redis.
    const lengths = tellsLengths(queue) ? await queue.lengths() : [];
    expect(lengths).toMatchObject([{ topic: 'rooms', waiting: 1, running: 1 }]);
    await finish('a');
  });
});
