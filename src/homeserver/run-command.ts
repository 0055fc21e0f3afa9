import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { lastLines } from './data-files.ts';

/** How a command ended. `code` is null where it never ran (`missing`) or was ended by force (`timedOut`). */
export interface CommandResult {
  readonly code: number | null;
  /** The last 64 KiB of what it printed, without the surrounding white space. */
  readonly stdout: string;
  readonly stderr: string;
  readonly missing: boolean;
  readonly timedOut: boolean;
}

export interface CommandOptions {
  /** All that the command may see of the environment; `PATH` in it finds the command. */
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onLine?: (line: string) => void;
}

const keptCharacters = 64 * 1024;

/** Runs a command to its end. Rejects only when `signal` is aborted, with its reason; the command's children end with it. */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  options.signal.throwIfAborted();
  const child = spawn(file, args, { env: options.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const stdout = collect(child.stdout, options.onLine);
  const stderr = collect(child.stderr, options.onLine);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    endGroup(child);
  }, options.timeoutMs);
  const onAbort = () => endGroup(child);
  options.signal.addEventListener('abort', onAbort, { once: true });
  try {
    const { code, missing } = await ended(child);
    options.signal.throwIfAborted();
    return { code, missing, timedOut, stdout: stdout().trim(), stderr: stderr().trim() };
  } finally {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', onAbort);
  }
}

/** What a failed command said that is worth showing: its last line, or how it ended. */
export function failureOf(result: CommandResult): string {
  if (result.missing) return 'not installed';
  if (result.timedOut) return 'no answer in time';
  const lastLine = (result.stderr || result.stdout).split('\n').at(-1)?.trim();
  return lastLine || `ended with code ${result.code}`;
}

/** The last lines that a failed command printed, indented for an error message. */
export function lastErrorLines(result: CommandResult): string {
  const lines = lastLines(result.stderr || result.stdout || failureOf(result), 8);
  return lines.map(line => `  ${line}`).join('\n');
}

function collect(stream: NodeJS.ReadableStream, onLine: ((line: string) => void) | undefined): () => string {
  let text = '';
  createInterface({ input: stream }).on('line', line => {
    text = `${text}${line}\n`.slice(-keptCharacters);
    onLine?.(line);
  });
  return () => text;
}

function ended(child: ChildProcess): Promise<{ code: number | null; missing: boolean }> {
  return new Promise(resolve => {
    child.once('error', () => resolve({ code: null, missing: true }));
    child.once('close', code => resolve({ code, missing: false }));
  });
}

/** The command leads a process group of its own, so that what it started (compilers, for one) ends with it. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}
