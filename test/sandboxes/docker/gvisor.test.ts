import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { agentId } from '../../../src/core/ids.ts';
import { runningContract } from '../../contracts/sandbox/running.ts';
import { describeWith } from '../../servers.ts';
import { openDocker } from './fixtures.ts';

const runtime = 'runsc';
const { signal } = new AbortController();
const isThere = inject('servers')?.sandbox?.env.PARLEY_TEST_RUNSC === runtime;

/** `runtime: runsc`, where the engine has it: else these are skipped. */
describeWith('sandbox', 'the engine', () => {
  describe.skipIf(!isThere)('with gVisor', () => {
    it('runs workspaces on a kernel of its own, also in a folder that was moved under a container that waited', async () => {
      const { sandbox, end, given } = await openDocker({}, { runtime, warm: 1 });
      onTestFinished(end);
      expect(await sandbox.describe(signal)).toMatchObject({ ok: true, detail: expect.stringContaining('by runsc') });
      for (const task of ['cold', 'warm']) {
        const workspace = await sandbox.open({ agent: agentId('ada'), task });
        await workspace.files.write('src/a.txt', 'hello');
        const ended = await workspace.run(
          { argv: ['sh', '-c', 'cat src/a.txt; dmesg 2>&1 | head -n 5; echo mine > output/b.txt'] },
          { signal },
        );
        expect(ended.stdout.text).toMatch(/^hello[\s\S]*gVisor/);
        expect(new TextDecoder().decode((await workspace.files.read('output/b.txt')).bytes)).toBe('mine\n');
        await sandbox.warm();
      }
      expect(given.runtime).toBe(runtime);
    }, 120_000);

    it('gives no rights and no way out, and its root is read-only', async () => {
      const { sandbox, end } = await openDocker({}, { runtime });
      onTestFinished(end);
      const workspace = await sandbox.open({ agent: agentId('ada'), task: 'hostile' });
      const script = 'id -u; echo x > /etc/x; curl -sS -m 5 --noproxy "*" http://169.254.169.254/; echo "curl $?"';
      const ended = await workspace.run({ argv: ['bash', '-c', script] }, { signal });
      expect(ended.stdout.text).toMatch(/^[1-9]\d*\ncurl (?:7|28)\n$/);
      expect(ended.stderr.text).toMatch(/Read-only file system|Permission denied/);
    }, 120_000);

    runningContract(limits => openDocker(limits, { runtime }));
  });
});
