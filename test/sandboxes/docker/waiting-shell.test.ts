import { afterAll, beforeAll, expect, it } from 'vitest';
import { agentId } from '../../../src/core/ids.ts';
import type { Ended, Workspace } from '../../../src/ports/sandbox.ts';
import { describeWith } from '../../servers.ts';
import { type DockerOpened, openDocker } from './fixtures.ts';

/** The processes of a container, as one of its own commands sees them; who is dead does not count. */
const listing = 'for one in /proc/[0-9]*; do tr "\\0" " " < $one/cmdline; echo; done 2>/dev/null | grep -v "^$"';

describeWith('sandbox', 'the shell that waits for the next command', () => {
  let opened: DockerOpened;
  let workspace: Workspace;
  const { signal } = new AbortController();
  const sh = (script: string, more: Partial<Parameters<Workspace['run']>[0]> = {}): Promise<Ended> =>
    workspace.run({ argv: ['bash', '-c', script], ...more }, { signal });

  beforeAll(async () => {
    opened = await openDocker();
    workspace = await opened.sandbox.open({ agent: agentId('ada'), task: 'shells' });
  });
  afterAll(() => opened?.end());

  /** What runs in the container while no command does, by its words. */
  const idle = (): Promise<string[]> =>
    opened.given.engine.use(async docker => {
      const label = [`parley.installation=${opened.given.installation}`];
      const [one] = await docker.listContainers({ filters: { label } });
      const { Processes } = await docker.getContainer(one?.Id ?? '').top();
      return (Processes as string[][]).map(line => line.at(-1) ?? '');
    });
  const untilItWaits = (): Promise<void> =>
    expect.poll(async () => (await idle()).filter(words => words === '/bin/sh').length, { timeout: 10_000 }).toBe(1);

  it('is the only thing that runs while no command does', async () => {
    await sh('sleep 60 & disown; setsid sleep 60 & true');
    await untilItWaits();
    expect(await idle()).toHaveLength(3);
  });

  it.each([
    ['with input', { input: 'x' }],
    ['with variables', { env: { COLOUR: 'red' } }],
    ['without', {}],
  ])('is never seen by a command, %s', async (_what, more) => {
    await sh('true');
    await untilItWaits();
    const { stdout } = await sh(listing, more);
    expect(stdout.text).toContain('/opt/parley/main.js');
    expect(stdout.text.split('\n').filter(line => line.trim() === '/bin/sh')).toEqual([]);
  });

  it('takes nothing along from one command to the next', async () => {
    await sh('cd src; export COLOUR=red; ulimit -n 100; umask 077; trap "" TERM');
    await untilItWaits();
    const { stdout } = await sh('pwd; echo "-$COLOUR-"; ulimit -n; umask; grep SigIgn /proc/self/status');
    expect(stdout.text).toMatch(/^\/workspace\n--\n4096\n0022\nSigIgn:\s0+\n$/);
  });

  it('that a command has become is killed as every other, with all of its session', async () => {
    await sh('true');
    await untilItWaits();
    const stop = new AbortController();
    const running = workspace.run(
      { argv: ['bash', '-c', 'sleep 60 & echo begun; wait'] },
      { signal: stop.signal, onOutput: () => stop.abort(new Error('enough')) },
    );
    await expect(running).rejects.toThrow('enough');
    expect((await idle()).filter(words => words.startsWith('sleep'))).toEqual([]);
  });
});
