import { describe, expect, it } from 'vitest';
import { agentId } from '../../../src/core/ids.ts';
import { adasTask, type OpenSandbox, textOf, withWorkspace } from './fixtures.ts';

const signal = new AbortController().signal;

export function keepingContract(open: OpenSandbox): void {
  describe('a workspace', () => {
    it('says what it may use, and the sandbox what it is', async () => {
      const { workspace, sandbox } = await withWorkspace(open);
      expect(workspace.key).toEqual(adasTask);
      expect(workspace.limits.outputBytes).toBeGreaterThan(1000);
      const health = await sandbox.describe(signal);
      expect(health).toMatchObject({ ok: true, remedy: null });
      expect(health.detail.length).toBeGreaterThan(10);
    });

    it('is the same for the same key, and another one for another task or agent', async () => {
      const { workspace, sandbox } = await withWorkspace(open);
      await workspace.files.write('mine', 'ada');
      expect(await textOf(await sandbox.open(adasTask), 'mine')).toBe('ada');
      for (const key of [
        { agent: agentId('ada'), task: 't-2' },
        { agent: agentId('bruno'), task: 't-1' },
      ]) {
        const other = await sandbox.open(key);
        await expect(other.files.read('mine')).rejects.toMatchObject({ code: 'WORKSPACE_NO_FILE' });
      }
    });

    it.each(['', '..', '../x', 'a/b', 'a b', '-x', 'x'.repeat(65)])('has no key with the task %j', async task => {
      const { sandbox } = await withWorkspace(open);
      await expect(sandbox.open({ agent: agentId('ada'), task })).rejects.toThrow(TypeError);
    });

    it('is stopped with all that runs there, and thaws with the next call', async () => {
      const { workspace, sandbox, programs, run } = await withWorkspace(open);
      await workspace.files.write('kept', 'kept');
      const lost = new Promise((resolve, reject) => {
        const running = run(programs.linger, { onOutput: () => void workspace.stop() });
        running.then(reject, resolve);
      });
      expect(await lost).toMatchObject({ code: 'WORKSPACE_LOST', retry: true });
      await workspace.stop();
      expect(await stateOf(sandbox)).toBe('stopped');
      expect(await textOf(workspace, 'kept')).toBe('kept');
      expect((await run(programs.print('again'))).stdout.text).toBe('again');
      expect(await stateOf(sandbox)).toBe('running');
    });

    it('has its files after a restart of Parley', async () => {
      const { workspace, again, programs, run } = await withWorkspace(open);
      await workspace.files.write('kept', 'kept');
      run(programs.linger).catch(() => undefined);
      const after = await again();
      await after.reap();
      expect(await textOf(await after.open(adasTask), 'kept')).toBe('kept');
    });

    it('is archived without what can be made again, and taken out of the archive', async () => {
      const { workspace, sandbox } = await withWorkspace(open);
      await workspace.files.write('output/plot.png', 'a picture');
      await workspace.files.write('venv/bin/python', 'a program');
      expect(await sandbox.archive(adasTask)).toBe(true);
      expect(await sandbox.archive(adasTask)).toBe(true);
      expect(await stateOf(sandbox)).toBe('archived');
      await expect(workspace.files.list('.')).rejects.toMatchObject({ code: 'WORKSPACE_CLOSED' });
      const again = await sandbox.open(adasTask);
      expect(await textOf(again, 'output/plot.png')).toBe('a picture');
      await expect(again.files.read('venv/bin/python')).rejects.toMatchObject({ code: 'WORKSPACE_NO_FILE' });
      expect(await sandbox.archive({ ...adasTask, task: 'none' })).toBe(false);
    });

    it('is removed with all that is kept of it', async () => {
      const { workspace, sandbox, programs, run } = await withWorkspace(open);
      await workspace.files.write('mine', 'ada');
      expect(await sandbox.remove(adasTask)).toBe(true);
      expect(await sandbox.remove(adasTask)).toBe(false);
      expect(await sandbox.list()).toEqual([]);
      const closed = { code: 'WORKSPACE_CLOSED' };
      await expect(workspace.files.read('mine')).rejects.toMatchObject(closed);
      await expect(run(programs.print('x'))).rejects.toMatchObject(closed);
      const anew = await sandbox.open(adasTask);
      await expect(anew.files.read('mine')).rejects.toMatchObject({ code: 'WORKSPACE_NO_FILE' });
    });

    it('is removed out of its archive, too', async () => {
      const { sandbox } = await withWorkspace(open);
      await sandbox.archive(adasTask);
      expect(await sandbox.remove(adasTask)).toBe(true);
      expect(await sandbox.list()).toEqual([]);
    });

    it('is closed with its sandbox, which may be closed again', async () => {
      const { sandbox, workspace } = await withWorkspace(open);
      await sandbox.close();
      await sandbox.close();
      const closed = { code: 'WORKSPACE_CLOSED' };
      await expect(workspace.files.list('.')).rejects.toMatchObject(closed);
      await expect(sandbox.open(adasTask)).rejects.toMatchObject(closed);
    });
  });
}

async function stateOf(sandbox: { list(): Promise<readonly { readonly state: string }[]> }): Promise<string> {
  return (await sandbox.list()).map(({ state }) => state).join();
}
