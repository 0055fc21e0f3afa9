import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, type TestContext, test } from 'vitest';
import { tempFolder } from '../config/temp-folder.ts';
import { works } from '../stores/sqlite/child.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const smallDisk = ['unshare', '-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'] as const;

/** Runs a command with a disk of a few pages in the folder $1, this Node as $0 and the program as $2. */
const onSmallDisk = (command: string, folder: string, program: string) =>
  run('unshare', [
    '-rm',
    'sh',
    '-ec',
    `mount -t tmpfs -o size=8k tmpfs "$1"; ${command}`,
    process.execPath,
    folder,
    program,
  ]);

const skipWithout = (context: TestContext, there: boolean, why: string): void => context.skip(!there, why);

test('an export on a full disk says so, and where', { timeout: 60_000 }, async context => {
  skipWithout(context, works(...smallDisk), 'unshare makes no small disk here');
  const folder = tempFolder();
  const program = join(import.meta.dirname, 'programs', 'full-export.ts');
  const { stdout } = await onSmallDisk('"$0" "$2" "$1/out"', folder, program);
  expect(JSON.parse(stdout)).toMatchObject({
    code: 1,
    stderr: `✗ Nothing more can be written to ${folder}/out: the disk is full. Make room, or name another place, and try again.\n  (DISK_FULL; docs/errors.md says more)\n`,
  });
});

test('a backup on a full disk says so, and leaves nothing', { timeout: 60_000 }, async context => {
  skipWithout(context, works(...smallDisk), 'unshare makes no small disk here');
  const program = join(import.meta.dirname, 'programs', 'full-backup.ts');
  const { stdout } = await onSmallDisk('"$0" "$2" "$1"', tempFolder(), program);
  expect(JSON.parse(stdout)).toEqual({ code: 'DISK_FULL', left: [] });
});

test('what is printed onto a full disk ends with one line, and no stack', { timeout: 60_000 }, async context => {
  skipWithout(context, works(...smallDisk), 'unshare makes no small disk here');
  const command = 'exec "$0" "$2" config sample > "$1/sample.yaml"';
  const failure = await onSmallDisk(command, tempFolder(), join(root, 'src', 'cli.ts')).catch(error => error);
  expect(failure).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^✗ Nothing more can be written to standard output/),
  });
  expect(failure.stderr).not.toContain('    at ');
});
