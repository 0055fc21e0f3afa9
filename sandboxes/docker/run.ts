import { isParleyError } from '../../src/core/errors.ts';
import { normalPath } from '../../src/core/workspace/path.ts';
import { printedText } from '../../src/core/workspace/printed.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Command, Ended, Output, Printed, RunOptions, WorkspaceLimits } from '../../src/ports/sandbox.ts';
import { heldAnswer, runAnswer, understood } from './answers.ts';
import { type Channel, lost } from './channel.ts';
import { type Frame, kinds } from './inside/frames.ts';
import type { RunRequest } from './inside/requests.ts';
import type { Quota } from './quota.ts';

export interface RunGiven {
  readonly channel: Channel;
  readonly clock: Clock;
  readonly limits: WorkspaceLimits;
  readonly quota: Quota;
  /** Ends the container: something in it does not let itself be ended. */
  readonly kill: () => Promise<void>;
}

/** A container that has not answered so long after the time of a command counts as broken. */
const graceMs = 10_000;
/** How long what is killed may take to be gone. */
const overMs = 700;
const mostSpilled = 16 * 1024 * 1024;
const name = /^[A-Za-z_]\w*$/;
let calls = 0;

const tooMuchOnDisk = Symbol('disk');

/** Runs a command in a container that is there. */
export async function runInside(command: Command, options: RunOptions, given: RunGiven): Promise<Ended> {
  const { channel, clock, limits, quota } = given;
  const request = requestOf(command, options, limits);
  const streams = {
    stdout: received(request.half, 'stdout', options),
    stderr: received(request.half, 'stderr', options),
  };
  const disk = new AbortController();
  const unwatch = quota.watch(
    () => disk.abort(tooMuchOnDisk),
    () => held(channel),
  );
  const start = clock.now();
  try {
    const answer = await channel.request('/run', request, {
      body: typeof command.input === 'string' ? Buffer.from(command.input) : (command.input ?? new Uint8Array()),
      signal: AbortSignal.any([options.signal, disk.signal]),
      timeoutMs: request.timeoutMs + graceMs,
      onFrame: frame => take(frame, streams),
    });
    const { stdout, stderr, ...how } = understood(runAnswer, answer, command.argv[0]);
    const durationMs = clock.now() - start;
    return { ...how, stdout: streams.stdout.printed(stdout), stderr: streams.stderr.printed(stderr), durationMs };
  } catch (error) {
    // Who breaks off, or answers nonsense, is not asked any more.
    // Where the engine is away nothing can be ended; what is left is, before its files are used again. That it was begun must be known all the same.
    const ending = isParleyError(error, 'WORKSPACE_LOST') ? given.kill() : untilOver(request.id, given);
    await ending.catch(() => undefined);
    if (error !== tooMuchOnDisk || options.signal.aborted) throw error;
    const rest = { stdout: streams.stdout.printed(null), stderr: streams.stderr.printed(null) };
    return { exitCode: null, signal: 'SIGKILL', killed: 'disk', ...rest, durationMs: clock.now() - start };
  } finally {
    unwatch();
  }
}

/** A container that does not tell, or deceives, has all of the disk to itself, but for what is kept free. */
async function held(channel: Channel): Promise<number> {
  const answer = await channel.request('/held', {}, { timeoutMs: graceMs }).catch(() => ({ bytes: 0 }));
  return understood(heldAnswer, answer, '.').bytes;
}

function requestOf(command: Command, options: RunOptions, limits: WorkspaceLimits): RunRequest {
  const wrong = Object.keys(command.env ?? {}).find(one => !name.test(one));
  if (wrong !== undefined) throw new TypeError(`${wrong} is no name of a variable`);
  calls += 1;
  return {
    id: `c${calls}`,
    argv: command.argv,
    folder: normalPath(command.folder ?? '.'),
    env: command.env ?? {},
    hasInput: command.input !== undefined && command.input.length > 0,
    timeoutMs: Math.min(options.timeoutMs ?? limits.commandMs, limits.commandMs),
    half: Math.max(1, Math.floor(Math.min(options.outputBytes ?? limits.outputBytes, limits.outputBytes) / 2)),
    spillBytes: Math.min(mostSpilled, Math.floor(limits.diskBytes / 4)),
  };
}

/** Waits until nothing of a call goes on that nobody waits for any more; where that takes too long, all of the container ends. */
async function untilOver(id: string, { channel, kill }: RunGiven): Promise<void> {
  try {
    await channel.request('/over', { id }, { timeoutMs: overMs });
  } catch {
    await kill();
  }
}

interface Received {
  take(frame: Frame, isEnd: boolean): void;
  printed(told: { readonly bytes: number; readonly file: string | null } | null): Printed;
}

/** What comes of one stream: at most the two halves that were asked for. */
function received(half: number, from: Output['from'], { onOutput }: RunOptions): Received {
  const pieces = { head: [] as Buffer[], end: [] as Buffer[] };
  const sizes = { head: 0, end: 0 };
  return {
    take({ bytes }, isEnd) {
      const part = isEnd ? 'end' : 'head';
      sizes[part] += bytes.length;
      if (sizes[part] > half) throw lost('it printed more than it may');
      pieces[part].push(bytes);
      if (!isEnd) onOutput?.({ from, bytes });
    },
    printed(told) {
      const bytes = Math.max(told?.bytes ?? 0, sizes.head + sizes.end);
      const text = printedText(Buffer.concat(pieces.head), Buffer.concat(pieces.end), bytes);
      return { text, bytes, file: told?.file ?? null };
    },
  };
}

function take(frame: Frame, { stdout, stderr }: { readonly stdout: Received; readonly stderr: Received }): void {
  if (frame.kind === kinds.stdout) stdout.take(frame, false);
  else if (frame.kind === kinds.stderr) stderr.take(frame, false);
  else if (frame.kind === kinds.stdoutEnd) stdout.take(frame, true);
  else if (frame.kind === kinds.stderrEnd) stderr.take(frame, true);
  else throw lost('what came from it makes no sense');
}
