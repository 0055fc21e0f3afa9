import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ParleyProcess } from '../e2e/driver/parley-process.ts';
import type { SecretPerson } from '../e2e/driver/secret-person.ts';
import { agentIds, agentsFolder } from './agents-folder.ts';
import { cpuPercent, usageOf } from './beside-fake.ts';
import type { Benchmark, Row } from './result.ts';
import { ms, times } from './result.ts';
import { agent, openScene } from './scene.ts';
import { median, ratio, summary } from './stats.ts';

const crowd = 200;
/** Agents that speak there for the first time, one after the other. */
const firsts = 10;
const warmUp = 5;
const comingAtOnce = 10;
/** What an answer leaves to be said to the homeserver. */
const settleMs = 5_000;
const idleMs = 20_000;
/** After so long all is done that answers leave to be done. */
const calmMs = 60_000;
const goalCpuPercent = 0.5;

/** Two hundred agents and a person in one encrypted room. */
export const crowdedSecretRoom: Benchmark = {
  key: 't',
  title: `an encrypted room with ${crowd} agents and one person: the first answers, and later ones`,
  async run({ rounds, messages, say }) {
    const folder = agentsFolder(crowd);
    await using scene = await openScene({
      // The one who asks writes on within milliseconds of an answer, as only programs do.
      config: { floor: { findBots: false }, conversation: { introduce: false } },
      env: { PARLEY_AGENTS: folder },
      preload: [join(import.meta.dirname, 'preload', 'memory.ts')],
    });
    rmSync(folder, { recursive: true });
    const mara = await scene.newSecretPerson();
    const all = agentIds(crowd).map(agent);
    const [who = ''] = all;
    const room = await crowdIn(mara, all);
    const alone = await mara.room({ invite: [who] });
    const ask = (where: string, whom = who) => timed(() => mara.ask(where, 'a question', { mentions: [whom] }));
    const first = await ask(room);
    say(`  the first answer of all: ${ms(first)}`);
    const others: number[] = [];
    for (const other of all.slice(1, firsts + 1)) others.push(await ask(room, other));
    const sides = [room, alone].map(where => ({ where, samples: [] as number[] }));
    for (const { where } of sides) for (let i = 0; i < warmUp; i += 1) await ask(where);
    for (let round = 0; round < rounds; round += 1) {
      for (const { where, samples } of sides) for (let i = 0; i < messages; i += 1) samples.push(await ask(where));
      const [many, one] = sides.map(({ samples }) => median(samples.slice(-messages)));
      say(`  round ${round + 1}: ${ms(many ?? 0)} against ${ms(one ?? 0)}`);
    }
    const [after, idle] = await idlePercents(scene.parley);
    const [later = [], few = []] = sides.map(({ samples }) => samples);
    return rowsOf({ first, others, later, few, after, idle });
  },
};

/** A room with all of them in it. */
async function crowdIn(person: SecretPerson, agents: readonly string[]): Promise<string> {
  const room = await person.room();
  for (let at = 0; at < agents.length; at += comingAtOnce)
    await Promise.all(agents.slice(at, at + comingAtOnce).map(one => person.bring(room, one)));
  return room;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** Of a core: just after the last answer, and when it is calm. */
async function idlePercents(parley: ParleyProcess): Promise<[number, number]> {
  await sleep(settleMs);
  const percents = [];
  for (const nth of [1, 3]) {
    const before = await usageOf(parley, nth);
    await sleep(idleMs);
    percents.push(cpuPercent(before, await usageOf(parley, nth + 1), idleMs));
    if (nth === 1) await sleep(calmMs);
  }
  const [after = 0, idle = 0] = percents;
  return [after, idle];
}

interface Figures {
  readonly first: number;
  readonly others: readonly number[];
  readonly later: readonly number[];
  readonly few: readonly number[];
  readonly after: number;
  readonly idle: number;
}

function rowsOf({ first, others, later, few, after, idle }: Figures): Row[] {
  const row = (what: string, parley: string, more: Partial<Row> = {}): Row => {
    return { key: 't', what, parley, against: '–', ratio: '–', goal: '–', met: true, ...more };
  };
  const [a, b] = [summary(later), summary(few)];
  const where = `an encrypted room with ${crowd} agents`;
  return [
    row(`Time to the first answer of all in ${where}`, ms(first)),
    row(`Time to the first answer of each of ${others.length} further agents there, median`, ms(median(others))),
    row(`Time to later answers there, median (p99) of ${a.count}`, `${ms(a.median)} (${ms(a.p99)})`, {
      against: `${ms(b.median)} (${ms(b.p99)}) with 1 agent`,
      ratio: times(ratio(later, few).median),
    }),
    row(`CPU of Parley with ${crowd} agents there over ${seconds}, just after the last answer`, percent(after)),
    row(`The same when that was ${calmMs / 60_000} min ago`, percent(idle), {
      goal: 'about 0',
      met: idle <= goalCpuPercent,
    }),
  ];
}

const seconds = `${idleMs / 1000} s`;
const percent = (used: number): string => `${used.toFixed(2)} % of a core`;
