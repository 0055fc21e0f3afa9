import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../config/temp-folder.ts';

const program = join(import.meta.dirname, '..', 'containers', 'probe-engine.ts');
const probed = (engine: string, path = '/nowhere') => {
  const env = { PATH: path, TMPDIR: tempFolder(), PARLEY_TEST_ENGINE: engine };
  return spawnSync(process.execPath, [program], { env, encoding: 'utf8' });
};

const programs = (scripts: Readonly<Record<string, string>>): string => {
  const folder = tempFolder();
  for (const [name, script] of Object.entries(scripts))
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return `${folder}:/usr/bin:/bin`;
};

describe.skipIf(process.platform !== 'linux')(
  'an engine that CI asks for (on Linux, as the engines of tests are)',
  () => {
    it('is not there where its program is not', () => {
      const stdout = expect.stringContaining('there is no podman to start');
      expect(probed('podman')).toMatchObject({ status: 3, stdout });
    });

    it('is not there where its program ends', () => {
      const path = programs({ podman: 'exit 125', docker: 'exit 1' });
      expect(probed('podman', path)).toMatchObject({
        status: 3,
        stdout: expect.stringContaining('podman ended (125)'),
      });
    });

    it('is there where it answers the docker command, whatever Parley makes of it', () => {
      const path = programs({ podman: 'exec sleep 60', docker: 'exit 0' });
      expect(probed('podman', path)).toMatchObject({ status: 0, stdout: 'podman answers\n' });
    });
  },
);

it('an engine that nobody knows is a fault of the question', () => {
  expect(probed('lxc')).toMatchObject({ status: 1, stderr: expect.stringContaining('PARLEY_TEST_ENGINE is "lxc"') });
});
