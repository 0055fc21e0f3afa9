import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { program, start, temporaryFolder, works } from './child.ts';

/** Runs a command line in a shell, with the file (or folder) and the program as $1 and $2 and this Node as $0. */
const inShell = (line: string, where: string, name: string): [string, string[]] => [
  'sh',
  ['-ec', line, process.execPath, where, program(name)],
];

describe('A SQLite store on a disk that fails', () => {
  it('writes nothing, says so, and goes on when there is room again', { timeout: 30_000 }, async context => {
    if (!works('unshare', '-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'))
      return context.skip('unshare makes no small disk here');
    const line = `unshare -rm sh -ec 'mount -t tmpfs -o size=3m tmpfs "$1"; "$0" "$2" "$1"' "$0" "$1" "$2"`;
    const { code, errors } = await start(...inShell(line, temporaryFolder(), 'full-disk.ts')).ended;
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
  });

  it('fails at a limit of the file size, and goes on when it is lifted', { timeout: 30_000 }, async context => {
    if (!works('prlimit', '--version')) return context.skip('prlimit is not here');
    const line = 'ulimit -S -f 2000; exec "$0" "$2" "$1"';
    const path = join(temporaryFolder(), 'parley.db');
    const { code, errors } = await start(...inShell(line, path, 'file-limit.ts')).ended;
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
  });
});
