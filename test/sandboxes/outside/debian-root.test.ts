import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const images = join(import.meta.dirname, '../../../sandboxes/images');

/** Runs the recipe in a clone in which `npm ci` has not been run, on a machine whose Node is of this version. */
function makeRoot(node: number): Promise<{ code: number; stderr: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-root-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(images, join(folder, 'sandboxes', 'images'), { recursive: true });
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'node'), `#!/bin/sh\necho ${node}\n`, { mode: 0o755 });
  writeFileSync(join(bin, 'debootstrap'), '#!/bin/sh\necho "a mirror is asked" >&2\nexit 7\n', { mode: 0o755 });
  const env = { PATH: `${bin}:${process.env.PATH}` };
  return new Promise(resolve => {
    const script = join(folder, 'sandboxes', 'images', 'debian', 'root.sh');
    execFile('sh', [script, join(folder, 'root.tar')], { env }, (error, _, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stderr }),
    );
  });
}

it('the base of workspaces is not begun with a Node that is too old for them', async () => {
  const old = await makeRoot(20);
  expect([old.code, old.stderr]).toEqual([1, expect.stringContaining('Run npm ci in the folder of Parley')]);
  expect(await makeRoot(24)).toEqual({ code: 7, stderr: 'a mirror is asked\n' });
});
