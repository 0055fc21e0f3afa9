import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { printSample } from '../../config/print-sample.ts';
import { tempFolder } from '../config/temp-folder.ts';

const root = join(import.meta.dirname, '..', '..');

function run(file: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise(resolve => {
    const env = { PATH: join(root, 'node_modules', '.bin') };
    const child = execFile(join(root, file), args, { cwd: tempFolder(), env }, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

test.each(['bin/parley.js', 'src/cli.ts'])(
  '%s runs by itself, from any folder, and gives the exit code',
  async file => {
    expect(await run(file, 'config', 'sample')).toEqual({ code: 0, stdout: printSample(), stderr: '' });
    expect(await run(file, 'nonsense')).toMatchObject({ code: 2, stderr: expect.stringContaining('unknown command') });
  },
);
