import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { mark } from './processes.ts';
import type { RunRequest } from './requests.ts';

/** Its input is null where it has none. */
export type Child = ChildProcessByStdio<Writable | null, Readable, Readable>;

export interface Starting {
  /** Starts what is asked for, in a folder that is there, as the first of a session of its own. Nothing waits any more then. */
  start(request: RunRequest, folder: string): Child;
  /** Has a shell wait for the next command. For when none runs: what waits must never have been beside one. */
  prepare(): void;
}

/**
 * Starts commands. To fork a process as large as this one takes longer than the rest of a short command, so it is done before one is asked for: a shell waits,
 * is told what to become, and becomes it.
 */
export function starting(root: string): Starting {
  let waiting: Child | null = null;

  const take = (): Child | null => {
    const taken = waiting;
    waiting = null;
    return taken;
  };

  return {
    start(request, folder) {
      const shell = take();
      if (shell !== null && canBeTold(request)) {
        shell.stdin?.end(whatToBecome(request, folder));
        return shell;
      }
      shell?.kill('SIGKILL');
      const env = { ...process.env, ...request.env, PWD: folder, [mark]: request.id };
      return begun(request.argv, { cwd: folder, env, stdin: request.hasInput ? 'pipe' : 'ignore' });
    },
    prepare() {
      if (waiting !== null) return;
      const shell = waitingShell(root);
      if (shell?.pid === undefined) return;
      waiting = shell;
      shell.on('exit', () => {
        if (waiting === shell) waiting = null;
      });
    },
  };
}

/** Null where there is no room for one, which is for the next command to say. */
function waitingShell(root: string): Child | null {
  try {
    const shell = begun(['/bin/sh'], { cwd: root, env: process.env, stdin: 'pipe' });
    // It may be dead when it is told something; how it ended says so.
    shell.stdin?.on('error', () => undefined);
    return shell.on('error', () => undefined);
  } catch {
    return null;
  }
}

interface How {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: 'pipe' | 'ignore';
}

function begun([file = '', ...args]: readonly string[], { cwd, env, stdin }: How): Child {
  const child = spawn(file, args, { cwd, env, detached: true, stdio: [stdin, 'pipe', 'pipe'] }) as Child;
  if (child.pid !== undefined) firstToGo(child.pid);
  return child;
}

/** Where memory runs out, a command is ended before this program is. */
function firstToGo(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
  } catch {
    // It has ended already.
  }
}

/** It is told by its input, and to a shell some variables mean something. */
const canBeTold = ({ argv, env, hasInput }: RunRequest): boolean =>
  !hasInput && Object.keys(env).length === 0 && /^[^-]/.test(argv[0] ?? '') && !argv.some(word => word.includes('\0'));

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

const whatToBecome = ({ id, argv }: RunRequest, folder: string): string =>
  [
    `cd ${quoted(folder)} || exit 127`,
    'unset OLDPWD',
    `export ${mark}=${quoted(id)}`,
    `exec ${argv.map(quoted).join(' ')} </dev/null\n`,
  ].join('; ');
