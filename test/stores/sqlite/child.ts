import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that is gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The lines that it wrote to its standard output, whole ones only. */
  readonly lines: readonly string[];
  readonly errors: string;
}

export interface Running {
  /** Resolves with the next line that it writes. */
  line(): Promise<string>;
  kill(): void;
  readonly ended: Promise<Ended>;
}

/** Starts one of the programs beside this file (or any command) and reads what it says; it is killed when the test ends. */
export function start(command: string, args: readonly string[]): Running {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const lines = (): string[] => said.split('\n').slice(0, -1);
  let read = 0;
  return {
    async line() {
      while (lines().length <= read) await once(child.stdout, 'data');
      return lines()[read++] ?? '';
    },
    kill: () => void child.kill('SIGKILL'),
    ended: once(child, 'close').then(([code, signal]) => ({ code, signal, lines: lines(), errors })),
  };
}

export const program = (name: string): string => join(import.meta.dirname, 'programs', name);

export const startProgram = (name: string, ...args: readonly string[]): Running =>
  start(process.execPath, [program(name), ...args]);

/** Whether a command is there and ends well. */
export const works = (command: string, ...args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;
