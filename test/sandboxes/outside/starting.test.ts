import { existsSync, mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunRequest } from '../../../sandboxes/docker/inside/requests.ts';
import { type Child, type Starting, starting } from '../../../sandboxes/docker/inside/starting.ts';

interface Told {
  readonly out: string;
  readonly complaint: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

const folderOf = (): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'parley-starting-')));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
};

const request = (argv: readonly string[], more: Partial<RunRequest> = {}): RunRequest => ({
  id: 'c1',
  argv,
  folder: '.',
  env: {},
  hasInput: false,
  timeoutMs: 10_000,
  half: 1000,
  spillBytes: 1000,
  ...more,
});

async function ended(child: Child): Promise<Told> {
  const how = new Promise<Pick<Told, 'exitCode' | 'signal'>>(resolve => {
    child.on('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  const [out, complaint, { exitCode, signal }] = await Promise.all([text(child.stdout), text(child.stderr), how]);
  return { out, complaint, exitCode, signal };
}

/** The processes whose folder that is. */
const inFolder = (folder: string): number[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && folderOfProcess(name) === folder)
    .map(Number);

function folderOfProcess(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

/** What starts commands in a folder, and the shell that waits there. */
function prepared(): { readonly folder: string; readonly commands: Starting; readonly waiting: number } {
  const folder = folderOf();
  const commands = starting(folder);
  commands.prepare();
  const [waiting = Number.NaN, ...more] = inFolder(folder);
  expect(more).toEqual([]);
  return { folder, commands, waiting };
}

/** The same command, started as it comes, and by a shell that has waited for it. */
async function bothTimes(argv: readonly string[], folder = folderOf()): Promise<readonly [Told, Told]> {
  const commands = starting(folder);
  const first = await ended(commands.start(request(argv), folder));
  commands.prepare();
  return [first, await ended(commands.start(request(argv), folder))];
}

const sh = (script: string, ...words: readonly string[]): readonly string[] => ['sh', '-c', script, 'sh', ...words];

describe('a shell that waits for a command', () => {
  it('is the one that becomes it', async () => {
    const { folder, commands, waiting } = prepared();
    expect((await ended(commands.start(request(sh('echo $$')), folder))).out).toBe(`${waiting}\n`);
  });

  it('gives it its words as they are', async () => {
    const words = ['$HOME `id` "two  blanks"', "it's 'quoted'", '; * \\ \\n', 'a\nb\n', '', 'ü \u0081\u0088 😀', '-n'];
    const [first, then] = await bothTimes(['printf', '%s|', ...words]);
    expect(first.out).toBe(words.map(word => `${word}|`).join(''));
    expect(then).toEqual(first);
    const long = 'x\n'.repeat(50_000);
    expect((await bothTimes(['printf', '%s', long]))[1].out).toBe(long);
  });

  it('leaves it the environment, folder, handles, signals and limits that it has otherwise', async () => {
    const script = `env | grep -vE '^(_|SHLVL|OLDPWD)=' | sort; pwd; ls /proc/$$/fd; readlink /proc/$$/fd/0
      grep -E '^(Sig|Cap)[A-Z]' /proc/$$/status | grep -v SigQ; cat /proc/$$/oom_score_adj /proc/$$/limits; umask`;
    const [first, then] = await bothTimes(sh(script));
    expect(first.out).toContain('PARLEY_CALL=c1\n');
    expect(first.out).toContain('/dev/null\n');
    expect(then).toEqual(first);
  });

  it('has it lead a session of its own, so that it is ended with all it has started', async () => {
    for (const { out } of await bothTimes(sh('echo $$; cut -d" " -f5,6 /proc/$$/stat'))) {
      const [pid = '', groupAndSession] = out.split('\n');
      expect(groupAndSession).toBe(`${pid} ${pid}`);
    }
  });

  it.each([
    ['by its code', sh('exit 7'), { exitCode: 7, signal: null }],
    ['by a signal', sh('kill -9 $$'), { exitCode: null, signal: 'SIGKILL' }],
    ['as one that is not there', ['no-such-program'], { exitCode: 127, signal: null }],
    ['as one that can not be run', ['/etc'], { exitCode: 126, signal: null }],
  ])('lets it end %s', async (_how, argv, wanted) => {
    const { folder, commands } = prepared();
    expect(await ended(commands.start(request(argv), folder))).toMatchObject(wanted);
  });

  it('works in the folder that is named', async () => {
    const { commands } = prepared();
    const folder = folderOf();
    for (const argv of [['pwd'], ['printenv', 'PWD']]) {
      expect((await ended(commands.start(request(argv), folder))).out).toBe(`${folder}\n`);
      commands.prepare();
    }
    await ended(commands.start(request(['true']), folder));
  });

  it.each([
    ['with input', { hasInput: true }],
    ['with variables of its own', { env: { OPTIND: 'x', COLOUR: 'red' } }],
  ])('is ended before a command %s, which is started as it comes', async (_what, more) => {
    const { folder, commands, waiting } = prepared();
    const child = commands.start(request(['cat', '/proc/self/environ'], more), folder);
    child.stdin?.end();
    const { out, exitCode } = await ended(child);
    expect([exitCode, out.includes('PARLEY_CALL=c1'), child.pid === waiting]).toEqual([0, true, false]);
    await expect.poll(() => inFolder(folder)).toEqual([]);
  });

  it('that has died meanwhile is not told anything', async () => {
    const { folder, commands, waiting } = prepared();
    process.kill(waiting, 'SIGKILL');
    await expect.poll(() => existsSync(`/proc/${waiting}`)).toBe(false);
    await new Promise(setImmediate);
    expect(await ended(commands.start(request(['echo', 'x']), folder))).toMatchObject({ out: 'x\n', exitCode: 0 });
  });

  it('is one, however often it is asked for', async () => {
    const { folder, commands, waiting } = prepared();
    commands.prepare();
    expect(inFolder(folder)).toEqual([waiting]);
    await ended(commands.start(request(['true']), folder));
  });
});
