import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { engineAt } from '../../../sandboxes/docker/engine.ts';
import { type DockerGiven, dockerSandbox } from '../../../sandboxes/docker/sandbox.ts';
import { agentId } from '../../../src/core/ids.ts';
import type { Workspace } from '../../../src/ports/sandbox.ts';
import { describeWith } from '../../servers.ts';
import { type DockerOpened, openDocker } from './fixtures.ts';

const signal = new AbortController().signal;
const key = (task: string, agent = 'ada') => ({ agent: agentId(agent), task });
const echo = async (workspace: Workspace): Promise<string> =>
  (await workspace.run({ argv: ['sh', '-c', 'echo fine'] }, { signal })).stdout.text;

async function opened(more: Partial<DockerGiven> = {}) {
  const all = await openDocker({}, more);
  onTestFinished(() => all.end());
  return all;
}

/** The containers of an installation that are there. */
const containers = ({ given }: DockerOpened): Promise<readonly { readonly Id: string; readonly State: string }[]> =>
  given.engine.use(docker =>
    docker.listContainers({ all: true, filters: { label: [`parley.installation=${given.installation}`] } }),
  );

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 15_000; !(await isSo()); await sleep(50))
    if (Date.now() > end) throw new Error('it did not come to that');
}

describeWith('sandbox', 'containers', () => {
  it('are ready before they are wanted: a new workspace is there in a fraction of the time', async () => {
    const all = await opened({ warm: 1 });
    const timed = async (task: string): Promise<number> => {
      const begun = performance.now();
      await echo(await all.sandbox.open(key(task)));
      return performance.now() - begun;
    };
    const cold = await timed('cold');
    await all.sandbox.warm();
    writeFileSync(join(all.given.root, 'ada', 'global', 'tools', 'mine.py'), 'print(1)');
    const warm = await timed('warm');
    expect(warm).toBeLessThan(cold / 3);
    const workspace = await all.sandbox.open(key('warm'));
    const seen = await workspace.run(
      { argv: ['sh', '-c', 'ls; cat /global/tools/mine.py; echo x > src/x'] },
      { signal },
    );
    expect(seen.stdout.text).toBe('output\nresearch\nsrc\nvenv\nprint(1)');
    expect(existsSync(join(all.given.root, 'ada', 'tasks', 'warm', 'src', 'x'))).toBe(true);
    await all.sandbox.close();
    expect(await containers(all)).toEqual([]);
    expect(readdirSync(join(all.given.root, '.spare'))).toEqual([]);
  });

  it('are stopped when nothing was done for a while, and start again', async () => {
    const all = await opened({ idleMs: 300 });
    const workspace = await all.sandbox.open(key('idle'));
    await workspace.files.write('kept', 'kept');
    await until(async () => (await containers(all)).length === 0);
    expect((await all.sandbox.list()).map(({ state }) => state)).toEqual(['stopped']);
    expect(await echo(workspace)).toBe('fine\n');
  });

  it('are no more than they may be: who does nothing makes room, and who works does not', async () => {
    const all = await opened({ running: 2, perAgent: 1 });
    const first = await all.sandbox.open(key('one'));
    await all.sandbox.open(key('two'));
    expect((await all.sandbox.list()).filter(({ state }) => state === 'running').map(one => one.key.task)).toEqual([
      'two',
    ]);
    const bruno = await all.sandbox.open(key('three', 'bruno'));
    const stop = new AbortController();
    const begun = new Promise(resolve => {
      for (const workspace of [first, bruno])
        workspace
          .run({ argv: ['sh', '-c', 'echo begun; sleep 60'] }, { signal: stop.signal, onOutput: resolve })
          .catch(() => undefined);
    });
    await begun;
    await until(async () => (await containers(all)).length === 2);
    await expect(all.sandbox.open(key('four', 'cleo'))).rejects.toMatchObject({ code: 'SANDBOX_FULL', retry: true });
    stop.abort(new Error('over'));
    await until(async () =>
      all.sandbox.open(key('four', 'cleo')).then(
        () => true,
        () => false,
      ),
    );
  });

  it('that are killed from outside are lost, and the workspace goes on in another one', async () => {
    const all = await opened();
    const workspace = await all.sandbox.open(key('lost'));
    const running = workspace.run({ argv: ['sh', '-c', 'echo x > before; sleep 60'] }, { signal });
    running.catch(() => undefined);
    await until(async () => (await workspace.files.list('.')).entries.some(({ path }) => path === 'before'));
    const [container] = await containers(all);
    await all.given.engine.use(docker => docker.getContainer(container?.Id ?? '').kill());
    await expect(running).rejects.toMatchObject({ code: 'WORKSPACE_LOST', retry: true });
    expect(await echo(workspace)).toBe('fine\n');
    expect((await workspace.files.read('before')).size).toBe(2);
  });

  it('end with their Parley, also when that is killed, and what it left half done is taken over', async () => {
    const all = await opened();
    const { engine: _engine, clock: _clock, lives: _lives, ...plain } = all.given;
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'programs', 'holder.ts'), JSON.stringify({ ...plain, process: 'killed' })],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    await firstLine(child);
    expect(await containers(all)).toHaveLength(1);
    child.kill('SIGKILL');
    await until(async () => (await containers(all)).length === 0);
    const alive = join(all.given.root, 'ada', 'tasks', 'killed', 'alive');
    const { size } = statSync(alive);
    await sleep(200);
    expect(statSync(alive).size).toBe(size);
    expect(await echo(await all.sandbox.open(key('killed')))).toBe('fine\n');
  });

  it('that another process has are taken from it by whoever opens the workspace', async () => {
    const all = await opened();
    const before = await all.sandbox.open(key('moved'));
    await before.files.write('kept', 'kept');
    const after = await all.again();
    expect(await echo(await after.open(key('moved')))).toBe('fine\n');
    expect(await containers(all)).toHaveLength(1);
  });

  it('that nobody holds are reaped, and those of living processes are not', async () => {
    const all = await opened();
    await all.sandbox.open(key('mine'));
    const living = dockerSandbox({ ...all.given, process: 'living' });
    onTestFinished(() => living.close());
    await living.open(key('theirs'));
    const left = (process: string) =>
      all.given.engine.use(docker =>
        docker.createContainer({
          Image: all.given.image,
          Cmd: ['true'],
          Labels: { 'parley.installation': all.given.installation, 'parley.process': process },
          HostConfig: { NetworkMode: 'none' },
        }),
      );
    await left('dead');
    await left(all.given.process);
    const reaper = dockerSandbox({
      ...all.given,
      lives: async process => process === 'living' || process === 'first',
      process: 'third',
    });
    expect(await reaper.reap()).toBe(1);
    expect(await containers(all)).toHaveLength(3);
    const own = dockerSandbox({ ...all.given, lives: async process => process === 'living' });
    // Another one of the same name, as after a restart, has none of what its former life had.
    expect(await own.reap()).toBe(2);
    expect(await containers(all)).toHaveLength(1);
  });

  it('need an engine and an image, and say which of them is not there', async () => {
    const none = dockerSandbox({ ...(await opened()).given, engine: engineAt('unix:///nowhere/docker.sock') });
    expect(await none.describe(signal)).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/needs a Docker engine/),
      remedy: expect.stringContaining('workspaces.md'),
    });
    await expect(none.open(key('x'))).rejects.toMatchObject({ code: 'SANDBOX_MISSING' });
    const { given } = await opened({ image: 'no-such-image' });
    const bare = dockerSandbox(given);
    expect(await bare.describe(signal)).toMatchObject({ ok: false, remedy: 'npx parley sandbox build' });
    await expect(bare.open(key('x'))).rejects.toMatchObject({ code: 'SANDBOX_MISSING' });
    expect(await containers({ given } as DockerOpened)).toEqual([]);
  });
});

async function firstLine(child: ChildProcess): Promise<void> {
  if (child.stdout !== null) await once(child.stdout, 'data');
}
