import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { openFolder, placeOf, using } from './beneath.ts';
import { kinds } from './frames.ts';
import { type Drained, drain } from './output.ts';
import { type Call, killCall } from './processes.ts';
import { Refused, type RunAnswer, type RunRequest } from './requests.ts';
import type { Child, Starting } from './starting.ts';

export interface RunGiven {
  readonly root: string;
  readonly input: Readable;
  readonly starting: Starting;
  /** What runs now, this call with it. */
  readonly calls: Map<string, Call>;
  /** Aborted when nobody wants the call any more. */
  readonly signal: AbortSignal;
  readonly send: (kind: number, bytes: Buffer) => Promise<void>;
  /** Nothing but the end of the container ends what this call has started. */
  readonly giveUp: () => void;
}

const drainMs = 1000;
let spills = 0;

/** Runs a command, and answers when nothing of it goes on. */
export async function run(request: RunRequest, given: RunGiven): Promise<RunAnswer> {
  if (given.signal.aborted) throw new Refused('failed', 'nobody wants it any more');
  const cwd = using(openFolder(given.root, request.folder), handle => readlinkSync(placeOf(handle)));
  const child = given.starting.start(request, cwd);
  const call: Call = { id: request.id, pid: child.pid ?? 0 };
  given.calls.set(request.id, call);
  let killed: RunAnswer['killed'] = null;
  const kill = (): Promise<void> => endCall(call, given);
  const timer = setTimeout(() => {
    killed = 'time';
    void kill();
  }, request.timeoutMs);
  const leave = (): void => void kill();
  given.signal.addEventListener('abort', leave);
  try {
    // A stream that nobody has read to its end stays there for ever.
    if (!request.hasInput || child.stdin === null) given.input.resume();
    else feed(child.stdin, given.input);
    const outputs = collect(child, request, given);
    const { exitCode, signal } = await ended(child, text => void given.send(kinds.stderr, Buffer.from(text)));
    await kill();
    const [stdout, stderr] = await settled(outputs, child);
    await sendEnds(given, stdout, stderr);
    const byMemory = killed === null && (signal === 'SIGKILL' || exitCode === 137) && hasRunOutOfMemory();
    return {
      exitCode,
      signal,
      killed: byMemory ? 'memory' : killed,
      stdout: { bytes: stdout.bytes, file: stdout.file },
      stderr: { bytes: stderr.bytes, file: stderr.file },
    };
  } finally {
    clearTimeout(timer);
    given.signal.removeEventListener('abort', leave);
    given.calls.delete(request.id);
  }
}

/** An input that nobody reads is no failure of the command, and its answer goes on over the same stream: nothing may destroy that. */
function feed(stdin: Writable, input: Readable): void {
  stdin.on('error', () => {
    input.unpipe(stdin);
    input.resume();
  });
  input.pipe(stdin);
}

async function endCall(call: Call, { calls, giveUp }: RunGiven): Promise<void> {
  const others = (): Call[] => [...calls.values()].filter(other => other !== call);
  if (!(await killCall(call, others))) giveUp();
}

const notFound = 127;
const notRunnable = 126;

function ended(child: Child, complain: (text: string) => void): Promise<Pick<RunAnswer, 'exitCode' | 'signal'>> {
  return new Promise(resolve => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT';
      complain(`${child.spawnfile}: ${isMissing ? 'not found' : (error.code ?? 'can not be run')}\n`);
      resolve({ exitCode: isMissing ? notFound : notRunnable, signal: null });
    });
    child.on('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

type Outputs = [Promise<Drained>, Promise<Drained>];

function collect(child: Child, request: RunRequest, { root, send }: RunGiven): Outputs {
  const { half, spillBytes } = request;
  const one = (from: 'stdout' | 'stderr'): Promise<Drained> => {
    spills += 1;
    const name = `${spills}-${from}.txt`;
    return drain(child[from], { half, spillBytes, root, name, send: bytes => send(kinds[from], bytes) });
  };
  return [one('stdout'), one('stderr')];
}

/** What was printed. All who could print are dead; should a pipe stay open all the same, it is closed after a moment. */
async function settled(outputs: Outputs, child: Child): Promise<[Drained, Drained]> {
  const timer = setTimeout(() => {
    child.stdout.destroy();
    child.stderr.destroy();
  }, drainMs);
  try {
    return await Promise.all(outputs);
  } finally {
    clearTimeout(timer);
  }
}

async function sendEnds({ send }: RunGiven, stdout: Drained, stderr: Drained): Promise<void> {
  if (stdout.end.length > 0) await send(kinds.stdoutEnd, stdout.end);
  if (stderr.end.length > 0) await send(kinds.stderrEnd, stderr.end);
}

const memoryFiles = ['/sys/fs/cgroup/memory.events', '/sys/fs/cgroup/memory/memory.oom_control'];
const memoryFile = memoryFiles.find(file => existsSync(file));

let killsSeen = memoryKills();

/** Whether processes of the container were ended since it was asked last, because memory ran out. */
function hasRunOutOfMemory(): boolean {
  const before = killsSeen;
  killsSeen = memoryKills();
  return killsSeen > before;
}

/** 0 where the kernel does not tell. */
function memoryKills(): number {
  if (memoryFile === undefined) return 0;
  return Number(/^oom_kill (\d+)$/m.exec(readFileSync(memoryFile, 'utf8'))?.[1] ?? 0);
}
