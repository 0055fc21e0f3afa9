import { Redis } from 'ioredis';
import { redisBus } from '../../src/buses/redis/bus.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { systemClock as clock } from '../../src/system-clock.ts';
import { said } from '../contracts/bus/bench.ts';
import { silentLog as log } from '../fakes/log.ts';
import { redisAddress } from '../fakes/redis-address.ts';
import { type OwnRedis, startRedis } from '../servers/redis.ts';
import { interleaved } from './interleaved.ts';
import { type Benchmark, times } from './result.ts';

const events = 5_000;
const batch = 200;
const goal = 0.9;

/** Events a second from publishing to the end of the handler, against XADD, XREADGROUP and XACK by themselves on the same Redis. */
export const eventBus: Benchmark = {
  key: 'k',
  title: `event bus: ${events} events, against XADD and XREADGROUP`,
  async run({ rounds, say }) {
    const redis = await startRedis();
    try {
      const { bare: against, bus } = await interleaved(rounds, { bare: () => bare(redis), bus: () => ours(redis) });
      say(`  ${JSON.stringify({ against, bus })}`);
      const ratio = bus / against;
      return [
        {
          key: 'k',
          what: 'Events handled, bus in Redis',
          parley: `${Math.round(bus)}/s`,
          against: `${Math.round(against)}/s (XADD, XREADGROUP, parsed, XACK)`,
          ratio: times(ratio),
          goal: `≥ ${goal}`,
          met: ratio >= goal,
        },
      ];
    } finally {
      await redis.stop();
    }
  },
};

const all = Array.from({ length: events }, (_, number) => said(`${number % 50}`, number));

async function ours({ url }: OwnRedis): Promise<number> {
  const bus = redisBus({ address: redisAddress(url), clock, log, store: openMemoryStore({ clock }) });
  const heard = Promise.withResolvers<void>();
  const ready = Promise.withResolvers<void>();
  let left = events;
  const handle = async ({ key }: { readonly key: string }): Promise<void> => {
    if (key.endsWith('ready')) ready.resolve();
    else if (--left === 0) heard.resolve();
  };
  bus.subscribe({ group: 'bench', topics: ['Messages'], durable: true, attempts: 3, most: events, handle });
  bus.publish([said('ready', 0)]);
  await ready.promise;
  const begun = performance.now();
  bus.publish(all);
  await heard.promise;
  const took = performance.now() - begun;
  await bus.close(5_000);
  return (events / took) * 1000;
}

/** One stream and one reader, in pipelines of the same size as the bus makes. */
async function bare({ url }: OwnRedis): Promise<number> {
  const [adding, reading] = [new Redis(url), new Redis(url)];
  const stream = redisAddress(url).prefix;
  await adding.xgroup('CREATE', stream, 'bench', '0', 'MKSTREAM');
  const begun = performance.now();
  const added = (async () => {
    for (let from = 0; from < events; from += batch) {
      const pipeline = adding.pipeline();
      for (const event of all.slice(from, from + batch)) {
        const text = JSON.stringify({ ...event, timestamp: clock.now() });
        pipeline.xadd(stream, 'MAXLEN', '~', 10_000, '*', 'event', text);
      }
      await pipeline.exec();
    }
  })();
  for (let left = events; left > 0; ) left -= await readSome(reading, stream);
  await added;
  const took = performance.now() - begun;
  adding.disconnect();
  reading.disconnect();
  return (events / took) * 1000;
}

async function readSome(client: Redis, stream: string): Promise<number> {
  const reply = await client.xreadgroup(
    'GROUP',
    'bench',
    'one',
    'COUNT',
    batch,
    'BLOCK',
    1_000,
    'STREAMS',
    stream,
    '>',
  );
  const entries = (reply as [string, [string, string[]][]][] | null)?.[0]?.[1] ?? [];
  for (const [, fields] of entries) JSON.parse(fields[1] ?? '');
  if (entries.length > 0) await client.xack(stream, 'bench', ...entries.map(([id]) => id));
  return entries.length;
}
