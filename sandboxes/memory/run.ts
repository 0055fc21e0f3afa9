import { normalPath } from '../../src/core/workspace/path.ts';
import { type Collected, collected } from '../../src/core/workspace/printed.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Command, Ended, Output, Printed, RunOptions, WorkspaceLimits } from '../../src/ports/sandbox.ts';
import type { Grant } from '../../src/ports/sandbox-network.ts';
import type { WorkspaceFiles } from '../../src/ports/workspace-files.ts';
import type { Program, Programs } from './program.ts';

const notFound = 127;
const bytesOf = (given: string | Uint8Array): Uint8Array =>
  typeof given === 'string' ? new TextEncoder().encode(given) : given.slice();

export interface Running {
  readonly clock: Clock;
  readonly limits: WorkspaceLimits;
  readonly programs: Programs;
  readonly files: WorkspaceFiles;
  readonly grants: () => readonly Grant[];
}

/** Why a function is not listened to any more. */
type Killed = 'time' | 'cancelled';

interface Going {
  /** Aborted when it is killed. */
  readonly killed: AbortController;
  readonly collect: (from: Output['from']) => (bytes: string | Uint8Array) => void;
}

export async function runProgram(command: Command, options: RunOptions, running: Running): Promise<Ended> {
  options.signal.throwIfAborted();
  // Rejects what leads outside.
  normalPath(command.folder ?? '.');
  const { clock, limits } = running;
  const start = clock.now();
  const most = Math.min(options.outputBytes ?? limits.outputBytes, limits.outputBytes);
  const streams = { stdout: collected(most), stderr: collected(most) };
  const killed = new AbortController();
  const collect = (from: Output['from']) => (bytes: string | Uint8Array) => {
    if (killed.signal.aborted) return;
    const first = streams[from].add(bytesOf(bytes));
    if (first.length > 0) options.onOutput?.({ from, bytes: first });
  };
  const outcome = await untilKilled(exitCodeOf(command, running, { killed, collect }), options, { clock, limits });
  killed.abort();
  if (outcome === 'cancelled') throw options.signal.reason;
  return {
    exitCode: outcome === 'time' ? null : outcome,
    signal: outcome === 'time' ? 'SIGKILL' : null,
    killed: outcome === 'time' ? 'time' : null,
    stdout: printed(streams.stdout),
    stderr: printed(streams.stderr),
    durationMs: clock.now() - start,
  };
}

async function exitCodeOf(command: Command, running: Running, { killed, collect }: Going): Promise<number> {
  const [name] = command.argv;
  const folder = command.folder ?? '.';
  const program: Program | undefined = Object.hasOwn(running.programs, name) ? running.programs[name] : undefined;
  const complain = collect('stderr');
  if (program === undefined) {
    complain(`${name}: not found\n`);
    return notFound;
  }
  try {
    const code = await program({
      argv: command.argv,
      folder,
      env: command.env ?? {},
      input: bytesOf(command.input ?? ''),
      files: untilAborted(running.files, killed.signal),
      grants: running.grants(),
      signal: killed.signal,
      print: collect('stdout'),
      complain,
    });
    return code ?? 0;
  } catch (error) {
    complain(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

interface Bounds {
  readonly clock: Clock;
  readonly limits: WorkspaceLimits;
}

function untilKilled(code: Promise<number>, options: RunOptions, { clock, limits }: Bounds): Promise<number | Killed> {
  const timeoutMs = Math.min(options.timeoutMs ?? limits.commandMs, limits.commandMs);
  return new Promise(resolve => {
    const cancel = (): void => end('cancelled');
    const dismiss = clock.after(timeoutMs, () => end('time'));
    const end = (outcome: number | Killed): void => {
      dismiss();
      options.signal.removeEventListener('abort', cancel);
      resolve(outcome);
    };
    options.signal.addEventListener('abort', cancel);
    if (options.signal.aborted) cancel();
    void code.then(end);
  });
}

/** A function can't be ended from outside; but once it is killed it reaches no file. */
function untilAborted(files: WorkspaceFiles, signal: AbortSignal): WorkspaceFiles {
  const alive = (): WorkspaceFiles => {
    signal.throwIfAborted();
    return files;
  };
  return {
    read: async (...given) => alive().read(...given),
    write: async (...given) => alive().write(...given),
    list: async (...given) => alive().list(...given),
    remove: async (...given) => alive().remove(...given),
    move: async (...given) => alive().move(...given),
  };
}

const printed = (stream: Collected): Printed => ({ text: stream.text(), bytes: stream.bytes(), file: null });
