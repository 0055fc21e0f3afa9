import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Output, Workspace } from '../../../src/ports/sandbox.ts';
import { type OpenSandbox, textOf, withWorkspace } from './fixtures.ts';

export function runningContract(open: OpenSandbox): void {
  describe('a command', () => {
    it('prints, complains, and ends with its exit code', async () => {
      const { run, programs } = await withWorkspace(open);
      const printed = await run(programs.print('grüße\n'));
      expect(printed).toMatchObject({ exitCode: 0, signal: null, killed: null });
      expect(printed.stdout).toEqual({ text: 'grüße\n', bytes: 8, file: null });
      expect((await run(programs.complain('oh\n'))).stderr.text).toBe('oh\n');
      expect((await run(programs.exit(7))).exitCode).toBe(7);
    });

    it('that is not there ends with 127', async () => {
      const { run } = await withWorkspace(open);
      const ended = await run(['no-such-program']);
      expect(ended.exitCode).toBe(127);
      expect(ended.stderr.text).toContain('no-such-program');
    });

    it('gets its words as they are', async () => {
      const { run, programs } = await withWorkspace(open);
      const words = '$HOME `id` "two  blanks" \'quoted\' ; * \\ ü';
      expect((await run(programs.print(words))).stdout.text).toBe(words);
    });

    it('reads its input and its environment', async () => {
      const { run, programs } = await withWorkspace(open);
      const input = 'line\n'.repeat(100_000);
      expect((await run(programs.echo, { input })).stdout.bytes).toBe(input.length);
      expect((await run(programs.echo)).stdout.text).toBe('');
      expect((await run(programs.variable('COLOUR'), { env: { COLOUR: 'red' } })).stdout.text).toBe('red');
    });

    it('works on the files of the workspace, in the folder that is named', async () => {
      const { run, workspace, programs } = await withWorkspace(open);
      await run(programs.save('output/a.txt', 'one'));
      await run(programs.save('b.txt', 'two'), { folder: 'src' });
      expect(await textOf(workspace, 'output/a.txt')).toBe('one');
      expect(await textOf(workspace, 'src/b.txt')).toBe('two');
    });

    it('in a folder outside is refused', async () => {
      const { run, programs } = await withWorkspace(open);
      await expect(run(programs.print('x'), { folder: '../..' })).rejects.toMatchObject({ code: 'WORKSPACE_OUTSIDE' });
      await expect(run(programs.print('x'), { folder: '/etc' })).rejects.toMatchObject({ code: 'WORKSPACE_OUTSIDE' });
    });

    it('shows what it prints while it runs', async () => {
      const { run, programs } = await withWorkspace(open);
      const stop = new AbortController();
      const shown = await new Promise<Output>((resolve, reject) => {
        run(programs.linger, { signal: stop.signal, onOutput: resolve }).catch(reject);
      });
      expect([shown.from, new TextDecoder().decode(shown.bytes).trim()]).toEqual(['stdout', 'begun']);
      stop.abort();
    });

    it('that prints too much is cut in the middle, and all of it is in a file where files are', async () => {
      const { run, programs, workspace } = await withWorkspace(open);
      let shown = 0;
      const onOutput = ({ bytes }: Output): void => {
        shown += bytes.length;
      };
      const { stdout } = await run(programs.flood(1_000_000), { outputBytes: 10_000, onOutput });
      expect(stdout.bytes).toBe(1_000_000);
      expect(stdout.text.length).toBeLessThan(10_100);
      expect(stdout.text).toContain('990000 bytes are left out');
      expect(shown).toBe(5000);
      if (stdout.file !== null) expect((await workspace.files.read(stdout.file)).size).toBe(1_000_000);
    });

    it('that takes too long is killed', async () => {
      const { run, programs } = await withWorkspace(open);
      const ended = await run(programs.linger, { timeoutMs: 300 });
      expect(ended).toMatchObject({ exitCode: null, signal: 'SIGKILL', killed: 'time' });
      expect(ended.stdout.text.trim()).toBe('begun');
    });

    it('is killed within a second when it is not wanted any more', async () => {
      const { run, programs } = await withWorkspace(open);
      const stop = new AbortController();
      const reason = new Error('stopped by a person');
      let stoppedAt = Number.NEGATIVE_INFINITY;
      const onOutput = (): void => {
        stoppedAt = Date.now();
        stop.abort(reason);
      };
      await expect(run(programs.linger, { signal: stop.signal, onOutput })).rejects.toBe(reason);
      expect(Date.now() - stoppedAt).toBeLessThan(1000);
      await expect(run(programs.linger, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });

    it('leaves nothing behind that goes on', async () => {
      const { run, programs, workspace } = await withWorkspace(open);
      if (programs.leaveBehind === null) return;
      await run(programs.leaveBehind);
      await expectStill(workspace);
    });

    it('runs beside others, up to a number, and all of them come to their end', async () => {
      const { run, programs } = await withWorkspace(open, { commands: 3 });
      const all = await Promise.all(Array.from({ length: 20 }, (_, nth) => run(programs.print(`${nth}`))));
      expect(all.map(ended => ended.stdout.text)).toEqual(Array.from({ length: 20 }, (_, nth) => `${nth}`));
    });

    it('waits for its place, and need not get it', async () => {
      const { run, programs } = await withWorkspace(open, { commands: 1 });
      const [first, second] = [new AbortController(), new AbortController()];
      const begun = new Promise(resolve => {
        run(programs.linger, { signal: first.signal, onOutput: resolve }).catch(() => undefined);
      });
      await begun;
      const waiting = run(programs.print('x'), { signal: second.signal });
      second.abort(new Error('not wanted'));
      await expect(waiting).rejects.toThrow('not wanted');
      const next = run(programs.print('next'));
      first.abort(new Error('over'));
      expect((await next).stdout.text).toBe('next');
    });
  });
}

/** What writes into `alive` has ended. */
async function expectStill(workspace: Workspace): Promise<void> {
  const { size } = await workspace.files.read('alive');
  await sleep(300);
  expect((await workspace.files.read('alive')).size).toBe(size);
}
