import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { agentId } from '../../src/core/ids.ts';
import type { Workspace } from '../../src/ports/sandbox.ts';
import { type DockerOpened, openDocker } from '../sandboxes/docker/fixtures.ts';
import { findSandbox } from '../servers/workspace-image.ts';
import { interleaved } from './interleaved.ts';
import { type Benchmark, ms, type Row, times } from './result.ts';

const run = promisify(execFile);
const goals = { warm: 0.05, cold: 0.9, call: 0.05 };
const calls = 20;
const parallel = 50;
const MiB = 1024 * 1024;

type Opened = DockerOpened & { readonly sandbox: Awaited<ReturnType<typeof openDocker>>['sandbox'] };

/** Workspaces against Docker's own commands: until one is ready, a call in it, and fifty at once. */
export const workspaces: Benchmark = {
  key: 'r',
  title: 'workspaces: ready against docker run, a call against docker exec, fifty at once',
  async run({ rounds, say }) {
    const found = await findSandbox();
    if (!found.found) throw new Error(`workspaces need an engine: ${found.detail}`);
    Object.assign(process.env, found.env);
    try {
      return [...(await ready(rounds, say)), await call(rounds, say), await many(say)];
    } finally {
      await found.stop?.();
    }
  },
};

const docker = (...words: readonly string[]) =>
  run('docker', ['-H', process.env.PARLEY_TEST_SANDBOX ?? '', ...words], { maxBuffer: 64 * MiB });

async function timed(what: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await what();
  return performance.now() - begun;
}

const key = (task: number) => ({ agent: agentId('ada'), task: `t${task}` });

async function ready(rounds: number, say: (line: string) => void): Promise<Row[]> {
  const [warm, cold] = [
    await openDocker({}, { warm: 1, running: 500, perAgent: 500 }),
    await openDocker({}, { running: 500, perAgent: 500 }),
  ];
  let task = 0;
  const opening = async ({ sandbox }: Opened): Promise<number> => {
    task += 1;
    const mine = key(task);
    const took = await timed(() => sandbox.open(mine));
    await sandbox.remove(mine);
    return took;
  };
  try {
    await Promise.all([opening(warm), opening(cold)]);
    const { image } = warm.given;
    const { bare, ...ours } = await interleaved(rounds * 4, {
      bare: () => timed(() => docker('run', '--rm', '--network', 'none', '--entrypoint', 'true', image)),
      warm: async () => {
        await warm.sandbox.warm();
        return opening(warm);
      },
      cold: () => opening(cold),
    });
    say(`  ${JSON.stringify({ bare, ...ours })}`);
    const row = (kind: 'warm' | 'cold'): Row => ({
      key: 'r',
      what: `Workspace ready, ${kind}`,
      parley: ms(ours[kind]),
      against: `${ms(bare)} (docker run)`,
      ratio: times(ours[kind] / bare),
      goal: `≤ ${goals[kind]}`,
      met: ours[kind] / bare <= goals[kind],
    });
    return [row('warm'), row('cold')];
  } finally {
    await Promise.all([warm.end(), cold.end()]);
  }
}

const { signal } = new AbortController();
const nothing = (workspace: Workspace) => workspace.run({ argv: ['true'] }, { signal });

async function call(rounds: number, say: (line: string) => void): Promise<Row> {
  const opened = await openDocker({ cpus: 2 });
  try {
    const workspace = await opened.sandbox.open(key(0));
    const label = `label=parley.installation=${opened.given.installation}`;
    const id = (await docker('ps', '--quiet', '--filter', label)).stdout.trim();
    for (let nth = 0; nth < calls; nth++) await nothing(workspace);
    const { ours, exec } = await interleaved(rounds * calls, {
      ours: () => timed(() => nothing(workspace)),
      exec: () => timed(() => docker('exec', id, 'true')),
    });
    say(`  ${JSON.stringify({ ours, exec })}`);
    const ratio = ours / exec;
    const figures = { parley: ms(ours), against: `${ms(exec)} (docker exec)`, ratio: times(ratio) };
    return { key: 'r', what: 'Call in a workspace', ...figures, goal: `≤ ${goals.call}`, met: ratio <= goals.call };
  } finally {
    await opened.end();
  }
}

/** Each writes a file, counts, and reads it back; then each is removed, and nothing of it is left: no container, no folder. */
async function many(say: (line: string) => void): Promise<Row> {
  const opened = await openDocker({}, { running: parallel, perAgent: parallel });
  try {
    return await fifty(opened, say);
  } finally {
    await opened.end();
  }
}

async function fifty({ sandbox, given }: Opened, say: (line: string) => void): Promise<Row> {
  const label = `label=parley.installation=${given.installation}`;
  const work = async (nth: number): Promise<boolean> => {
    const workspace = await sandbox.open(key(nth));
    for (let round = 0; round < 5; round++) {
      const ended = await workspace.run({ argv: ['sh', '-c', `echo ${nth} >> src/x; wc -l < src/x`] }, { signal });
      if (ended.stdout.text.trim() !== String(round + 1)) return false;
    }
    return true;
  };
  const all = Array.from({ length: parallel }, (_, nth) => nth);
  const begun = performance.now();
  const done = await Promise.all(all.map(nth => work(nth).catch(() => false)));
  const tookMs = performance.now() - begun;
  const used = await memoryOf(await idsOf(label));
  await Promise.all(all.map(nth => sandbox.remove(key(nth))));
  const left = (await idsOf(label)).length + foldersIn(given.root);
  const failed = done.filter(ok => !ok).length;
  const [mean, most] = [used.reduce((sum, one) => sum + one, 0) / used.length, Math.max(...used)];
  say(`  ${JSON.stringify({ tookMs, containers: used.length, mean, most, failed, left })}`);
  const memory = `${mean.toFixed(0)} MiB each (${most.toFixed(0)} at most)`;
  return {
    key: 'r',
    what: `${parallel} workspaces at once, five commands each`,
    parley: `${memory}, ${(tookMs / 1000).toFixed(1)} s in all, ${failed} failed, ${left} left over`,
    against: '–',
    ratio: '–',
    goal: '0 failed, 0 left over',
    met: failed === 0 && left === 0 && used.length === parallel,
  };
}

const inMiB: Readonly<Record<string, number>> = { B: 1 / MiB, KiB: 1 / 1024, MiB: 1, GiB: 1024 };

/** What the engine says that each takes, in MiB. */
async function memoryOf(ids: readonly string[]): Promise<number[]> {
  const { stdout } = await docker('stats', '--no-stream', '--format', '{{.MemUsage}}', ...ids);
  return stdout
    .trim()
    .split('\n')
    .map(line => {
      const [, amount = '', unit = ''] = /^([\d.]+)([KMG]?i?B)/.exec(line) ?? [];
      return Number(amount) * (inMiB[unit] ?? Number.NaN);
    });
}

/** The folders of tasks, and of those that wait for one. */
const foldersIn = (root: string): number =>
  [join(root, 'ada', 'tasks'), join(root, '.spare')].flatMap(place => (existsSync(place) ? readdirSync(place) : []))
    .length;

const idsOf = async (label: string): Promise<string[]> =>
  (await docker('ps', '--all', '--quiet', '--filter', label)).stdout.split('\n').filter(id => id !== '');
