import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
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

test('who reads only the beginning of what is printed sees no failure', async () => {
  const child = spawn(process.execPath, [join(root, 'src', 'cli.ts'), 'check'], {
    cwd: tempFolder(),
    env: { PATH: process.env.PATH, PARLEY_MODEL: 'demo' },
  });
  let complaints = '';
  child.stderr.on('data', chunk => {
    complaints += chunk;
  });
  child.stdout.destroy();
  const [code] = await once(child, 'close');
  expect({ code: code <= 1, complaints }).toEqual({ code: true, complaints: '' });
});

test('--version prints the version', async () => {
  expect(await run('bin/parley.js', '--version')).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
});
