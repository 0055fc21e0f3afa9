import type { ParleyProcess } from '../e2e/driver/parley-process.ts';
import { ensureFerretdb } from '../servers/ensure-ferretdb.ts';
import { startFerretdb } from '../servers/mongodb.ts';
import { startRedis } from '../servers/redis.ts';
import type { Asker } from './asker.ts';
import { cpuMsOf } from './cpu.ts';
import type { Benchmark, Row } from './result.ts';
import { ms, times } from './result.ts';
import { agent, openScene, type Scene } from './scene.ts';
import { median } from './stats.ts';

const counts = [1, 2, 4];
const people = 12;
/** Between the pieces of an answer: a model that takes its time, so that the machine is not all that there is to wait for. */
const modelDelayMs = 20;
const agents = ['ada', 'bruno', 'clara'].map(agent);

interface Chat {
  readonly asker: Asker;
  readonly room: string;
  readonly who: string;
}

/** What there is to pay CPU for, in the order in which it is shown. The rest of the machine is the model and those who ask. */
const payers = ['Parley', 'Synapse', 'the database', 'Redis'] as const;
type Spent = Readonly<Record<(typeof payers)[number], number>>;

interface Measured {
  readonly perSecond: number;
  /** Milliseconds of CPU for each answer. */
  readonly spent: Spent;
}

/** Answers a second of several processes: a bridge, and one to four workers, over a FerretDB and a Redis; and who had the CPU. */
export const workers: Benchmark = {
  key: 'm',
  title: `answers a second with ${counts.join(', ')} workers: ${people} people, each in a direct chat`,
  async run({ rounds, messages, say }) {
    await using ending = new AsyncDisposableStack();
    process.env.PARLEY_TEST_FERRETDB = await ensureFerretdb();
    const mongo = await startFerretdb();
    ending.defer(() => mongo.close());
    const redis = await startRedis();
    ending.defer(() => redis.stop());
    const env = { MONGODB_URL: mongo.newDatabase(), REDIS_URL: redis.url, PARLEY_METRICS_PORT: '0' };
    const config = { conversation: { mergeWithinSeconds: 0 } };
    await using scene = await openScene({ config, env: { ...env, PARLEY_ROLE: 'bridge' }, modelDelayMs });
    const all = Array.from({ length: Math.max(...counts) }, () => scene.parley.beside({ PARLEY_ROLE: 'worker' }));
    await using _stopping = { [Symbol.asyncDispose]: () => running(all, 0) };
    await running(all, 1);
    const chats = await openChats(scene);
    const questions = Math.max(2, Math.round(messages / 10));
    const spent = (): Spent => ({
      Parley: [scene.parley, ...all].reduce((sum, { running, pid }) => sum + (running ? cpuMsOf(pid) : 0), 0),
      Synapse: scene.homeserverCpuMs(),
      'the database': cpuMsOf(mongo.pid),
      Redis: cpuMsOf(redis.pid),
    });
    const found = counts.map((): Measured[] => []);
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, count] of counts.entries()) {
        await running(all, count);
        await rate(chats, 1);
        found[index]?.push(await measured(chats, questions, spent));
      }
      say(`  round ${round + 1}: ${found.map(all => all.at(-1)?.perSecond.toFixed(1)).join(', ')} a second`);
    }
    const rates = found.map(all => median(all.map(({ perSecond }) => perSecond)));
    return [...rowsOf(rates, people * questions), ...found.map((all, index) => costRow(all, counts[index] ?? 0))];
  },
};

/** Starts and stops so that exactly so many run. */
async function running(all: readonly ParleyProcess[], count: number): Promise<void> {
  for (const [index, worker] of all.entries()) {
    if (index < count && !worker.running) await worker.start();
    else if (index >= count && worker.running) await worker.stop();
  }
}

async function openChats(scene: Scene): Promise<Chat[]> {
  const askers = await Promise.all(Array.from({ length: people }, () => scene.newAsker()));
  return Promise.all(
    askers.map(async (asker, index) => {
      const who = agents[index % agents.length] ?? '';
      return { asker, who, room: await asker.roomWith([who], 'direct') };
    }),
  );
}

/** Everybody asks all questions at once. */
async function rate(chats: readonly Chat[], questions: number): Promise<number> {
  const begun = performance.now();
  await Promise.all(
    chats.flatMap(({ asker, room, who }) => Array.from({ length: questions }, () => asker.ask(room, who))),
  );
  return (1000 * chats.length * questions) / (performance.now() - begun);
}

async function measured(chats: readonly Chat[], questions: number, spent: () => Spent): Promise<Measured> {
  const before = spent();
  const perSecond = await rate(chats, questions);
  const after = spent();
  const each = payers.map(payer => [payer, (after[payer] - before[payer]) / (chats.length * questions)]);
  return { perSecond, spent: Object.fromEntries(each) as Spent };
}

const withWorkers = (count: number): string => `a bridge and ${count} worker${count === 1 ? '' : 's'}`;

function costRow(found: readonly Measured[], count: number): Row {
  const each = payers.map(payer => `${payer} ${ms(median(found.map(({ spent }) => spent[payer])))}`);
  const what = `CPU for each of these answers, ${withWorkers(count)}`;
  return { key: 'm', what, parley: each.join(', '), against: '–', ratio: '–', goal: '–', met: true };
}

function rowsOf(rates: readonly number[], questions: number): Row[] {
  const [one = 0] = rates;
  return rates.map((found, index) => ({
    key: 'm',
    what: `${questions} questions at once, ${withWorkers(counts[index] ?? 0)}: answers a second`,
    parley: found.toFixed(1),
    against: index === 0 ? '–' : `${one.toFixed(1)} (1 worker)`,
    ratio: index === 0 ? '–' : times(found / one),
    goal: '–',
    met: true,
  }));
}
