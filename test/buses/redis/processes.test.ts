import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expect, it, onTestFinished } from 'vitest';
import { redisBus } from '../../../src/buses/redis/bus.ts';
import { keysOf, partitionOf } from '../../../src/buses/redis/streams.ts';
import type { Bus, Subscription } from '../../../src/ports/bus.ts';
import type { RedisAddress } from '../../../src/redis/address.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { nameOf, said } from '../../contracts/bus/bench.ts';
import { silentLog } from '../../fakes/log.ts';
import { redisAddress } from '../../fakes/redis-address.ts';
import { startRedis } from '../../servers/redis.ts';
import { describeWith } from '../../servers.ts';

const clock = systemClock;

/** Buses as several processes would have them: nothing is shared but Redis and the store. */
function network(address: RedisAddress) {
  const store = openMemoryStore({ clock });
  return {
    letters: () => store.collection('dead_letters').find({ limit: 1000 }),
    store,
    process(): Bus {
      const bus = redisBus({ address, store, clock, log: silentLog });
      onTestFinished(() => bus.close(0));
      return bus;
    },
  };
}

function hear(bus: Bus, given: Partial<Subscription> = {}): string[] {
  const heard: string[] = [];
  const handle = async (event: Parameters<Subscription['handle']>[0]) => void heard.push(nameOf(event));
  bus.subscribe({ group: 'audit', topics: ['Messages'], durable: true, attempts: 3, most: 1000, handle, ...given });
  return heard;
}

async function until(holds: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
  for (const end = Date.now() + ms; !(await holds()); await sleep(10)) {
    if (Date.now() > end) throw new Error('It never came to be so.');
  }
}

const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);
const many = (from: number, count: number) => numbers(count).map(number => said(`${number % 20}`, from + number));

describeWith('redis', 'The bus in Redis, between processes', () => {
  it('hands each event to one process of a group, those of a key in order, while processes come and go', async () => {
    const { process } = network(redisAddress());
    const order = new Map<string, number[]>();
    const handle = async (event: Parameters<Subscription['handle']>[0]) => {
      await sleep(1);
      const [chat = '', number] = nameOf(event).split('/');
      order.set(chat, [...(order.get(chat) ?? []), Number(number)]);
    };
    const all = (): number[] => [...order.values()].flat();
    const first = process();
    hear(first, { handle });
    first.publish(many(0, 400));
    const second = process();
    hear(second, { handle });
    await sleep(3_500);
    second.publish(many(400, 400));
    await until(() => new Set(all()).size === 800);
    await first.close(2_000);
    second.publish(many(800, 400));
    await until(() => new Set(all()).size === 1200);
    expect(all()).toHaveLength(1200);
    for (const seen of order.values()) expect(seen).toEqual(seen.toSorted((one, other) => one - other));
  });

  it('shares the keys of a group among its processes', async () => {
    const { process } = network(redisAddress());
    const [one, two] = [process(), process()];
    const heard = [hear(one), hear(two)];
    await sleep(4_000);
    one.publish(many(0, 200));
    await until(() => heard.flat().length === 200);
    expect(Math.min(...heard.map(({ length }) => length))).toBeGreaterThan(0);
  });

  it('takes over what a process had begun when it died, within ten seconds and before what came later', async () => {
    const { process } = network(redisAddress());
    const begun: string[] = [];
    const dying = process();
    hear(dying, {
      handle(event) {
        begun.push(nameOf(event));
        return new Promise(() => undefined);
      },
    });
    await dying.keep([said('a', 1), said('a', 2)]);
    await until(() => begun.length === 1);
    await dying.close(0);
    const heir = process();
    const heard = hear(heir);
    heir.publish([said('a', 3)]);
    await until(() => heard.length === 3);
    expect(heard).toEqual(['a/1', 'a/2', 'a/3']);
  });

  it('tells all processes where a group may miss events', async () => {
    const { process } = network(redisAddress());
    const [one, two] = [process(), process()];
    const heard = [one, two].map(bus => hear(bus, { group: 'page', durable: false }));
    await sleep(500);
    one.publish([said('a', 1)]);
    two.publish([said('b', 1)]);
    await until(() => heard.every(({ length }) => length === 2));
  });

  it('puts what is no event, or one of an unknown version, with the dead letters, and goes on', async () => {
    const address = redisAddress();
    const { process, letters } = network(address);
    const bus = process();
    const heard = hear(bus);
    await bus.keep([said('a', 1)]);
    const event = said('a', 2);
    const client = new Redis(address.url);
    onTestFinished(() => client.disconnect());
    const stream = keysOf(address.prefix).stream(partitionOf(event.key));
    const unknown = JSON.stringify({ ...event, timestamp: 5, schemaVersion: 99 });
    for (const text of ['{"not json', unknown]) await client.xadd(stream, '*', 'topic', 'Messages', 'event', text);
    bus.publish([said('a', 3)]);
    await until(() => heard.length === 2);
    await until(async () => (await letters()).length === 2);
    expect((await letters()).map(({ raw }) => raw).sort()).toEqual([unknown, '{"not json'].sort());
  });

  it('tries a dead letter again when somebody says so, and forgets it when it was handled', async () => {
    const { process, letters, store } = network(redisAddress());
    const bus = process();
    let fails = true;
    const handled: string[] = [];
    hear(bus, {
      attempts: 1,
      async handle(event) {
        if (fails) throw new Error('The handler failed.');
        handled.push(nameOf(event));
      },
    });
    await bus.keep([said('a', 1)]);
    await until(async () => (await letters()).length === 1);
    const [letter] = await letters();
    if (letter !== undefined) await store.collection('dead_letters').replace({ ...letter, retry: true });
    await bus.retryLetters();
    await sleep(200);
    expect(await letters()).toMatchObject([{ retry: false }]);
    fails = false;
    const [still] = await letters();
    if (still !== undefined) await store.collection('dead_letters').replace({ ...still, retry: true });
    await bus.retryLetters();
    await until(async () => (await letters()).length === 0);
    expect(handled).toEqual(['a/1']);
  });

  it('tries a dead letter again in the process that has its key, and the others leave it alone', async () => {
    const { process, store } = network(redisAddress());
    const [one, two] = [process(), process()];
    const [ofOne, ofTwo] = [hear(one), hear(two)];
    const letters = store.collection('dead_letters');
    for (let round = 1; ofOne.length === 0 || ofTwo.length === 0; round += 1) {
      one.publish(numbers(20).map(number => said(`${number}`, round)));
      await until(() => ofOne.length + ofTwo.length === round * 20);
      await sleep(200);
    }
    const common = { group: 'audit', topic: 'Messages', raw: null, error: 'Error', attempts: 3, timestamp: 1 } as const;
    const draft = (number: number) => ({
      ...common,
      _id: `audit/${number}`,
      event: { ...said(`${number}`, 0), timestamp: 1 } as never,
      retry: true,
    });
    await letters.insert(numbers(20).map(draft));
    await one.retryLetters();
    const others = await letters.find({ where: { retry: true }, limit: 99 });
    expect(others.length).toBeGreaterThan(0);
    expect(others.map(({ version }) => version)).toEqual(others.map(() => 1));
    await two.retryLetters();
    await until(async () => (await letters.find({ limit: 99 })).length === 0);
    const again = (heard: readonly string[]) => heard.filter(name => name.endsWith('/0')).length;
    expect([again(ofOne), again(ofTwo)]).toEqual([20 - others.length, others.length]);
  });

  it('goes on within ten seconds after Redis was restarted, flushed, or stood still', { timeout: 60_000 }, async () => {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    const { process } = network(redisAddress(redis.url));
    const bus = process();
    const heard = hear(bus);
    const shown = hear(bus, { group: 'page', durable: false });
    const hears = async (number: number): Promise<void> => {
      bus.publish([said('a', number)]);
      await until(() => [heard, shown].every(names => names.includes(`a/${number}`)));
    };
    await hears(1);
    await redis.flush();
    await hears(2);
    await redis.kill();
    bus.publish([said('a', 3)]);
    await sleep(300);
    await redis.restart();
    await until(() => heard.includes('a/3'));
    await hears(4);
    redis.freeze();
    bus.publish([said('a', 5)]);
    await sleep(1_000);
    redis.thaw();
    await until(() => heard.includes('a/5'));
    await hears(6);
  });
});
