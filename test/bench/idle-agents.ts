import { setTimeout as sleep } from 'node:timers/promises';
import type { ParleyProcess } from '../e2e/driver/parley-process.ts';
import { besideFake, cpuPercent, mib, type Usage, usageOf } from './beside-fake.ts';
import type { Benchmark } from './result.ts';
import { median } from './stats.ts';

const [few, many] = [10, 10_010];
const goalBytes = 16 * 1024;
const goalCpuPercent = 0.5;
/** What a start leaves to do: presence, looking for lost messages. */
const settleMs = 15_000;
const idleMs = 30_000;
const startLimitMs = 900_000;

interface Side {
  readonly count: number;
  readonly parley: ParleyProcess;
  readonly usages: Usage[];
  readonly starts: number[];
}

/** Memory of an agent that nobody talks to, and what all of them cost while nothing happens. */
export const idleAgents: Benchmark = {
  key: 'c',
  title: `memory of each idle agent, from ${few} to ${many} agents, and CPU while idle; against a fake homeserver`,
  async run({ rounds, say }) {
    await using ending = new AsyncDisposableStack();
    const sides: Side[] = [];
    for (const count of [few, many]) {
      const { parley } = await besideFake(ending, count);
      // The first start makes the accounts; what is measured is a start of every day.
      say(`  first start with ${count} agents: ${await parley.start({}, startLimitMs)} ms`);
      await parley.stop();
      sides.push({ count, parley, usages: [], starts: [] });
    }
    let idlePercent = 0;
    for (let round = 0; round < rounds; round += 1) {
      for (const { count, parley, usages, starts } of sides) {
        starts.push(await parley.start({}, startLimitMs));
        await sleep(settleMs);
        const usage = await usageOf(parley, 1);
        usages.push(usage);
        if (round === 0 && count === many) idlePercent = await idleCpu(parley, usage);
        await parley.stop();
        say(
          `  ${count} agents: ready in ${starts.at(-1)} ms, ${mib(usage.rss)} resident, ${mib(usage.heapUsed)} of heap`,
        );
      }
    }
    const each = (part: 'rss' | 'heapUsed'): number => {
      const [less = 0, more = 0] = sides.map(({ usages }) => median(usages.map(usage => usage[part])));
      return (more - less) / (many - few);
    };
    const row = (what: string, parley: string, goal: string, met: boolean) =>
      ({ key: 'c', what, parley, against: '–', ratio: '–', goal, met }) as const;
    const kib = (bytes: number) => `${(bytes / 1024).toFixed(1)} KiB`;
    return [
      row('Resident memory of each idle agent', kib(each('rss')), '≤ 16 KiB', each('rss') <= goalBytes),
      row('Heap of each idle agent', kib(each('heapUsed')), '≤ 16 KiB', each('heapUsed') <= goalBytes),
      row(
        `CPU of ${many} idle agents over ${idleMs / 1000} s`,
        `${idlePercent.toFixed(2)} % of a core`,
        'about 0',
        idlePercent <= goalCpuPercent,
      ),
      row(
        `Second start to ready with ${many} agents`,
        `${(median(sides[1]?.starts ?? []) / 1000).toFixed(2)} s`,
        '–',
        true,
      ),
    ];
  },
};

async function idleCpu(parley: ParleyProcess, before: Usage): Promise<number> {
  await sleep(idleMs);
  const after = await usageOf(parley, 2);
  return cpuPercent(before, after, idleMs);
}
