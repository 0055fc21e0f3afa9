import { Readable } from 'node:stream';
import type { Main } from '../../src/cli/main-functions.ts';
import { runCli } from '../../src/cli/program.ts';
import { tempFolder } from '../config/temp-folder.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Terminal {
  readonly main?: Partial<Main> | undefined;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string;
  readonly signal?: AbortSignal;
}

/** Runs a command line in an empty folder, without a process. */
export async function parley(argv: readonly string[], terminal: Terminal = {}): Promise<Outcome> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const code = await runCli(argv, {
    env: { PATH: '', ...terminal.env },
    cwd: terminal.cwd ?? tempFolder(),
    stdin: Readable.from([terminal.input ?? '']),
    stdout: { write: text => stdout.push(text) },
    stderr: { write: text => stderr.push(text) },
    signal: terminal.signal ?? new AbortController().signal,
    loadMain: async () => ({ ...absent, ...terminal.main }),
  });
  return { code, stdout: stdout.join(''), stderr: stderr.join('') };
}

const missing = () => Promise.reject(new Error('this test has no such function'));
const absent: Main = {
  up: missing,
  registration: missing,
  listAgents: missing,
  listVerifications: missing,
  describeModels: missing,
  describeStore: missing,
  describeRedis: missing,
  describeSandbox: missing,
  describeMail: missing,
  describeSearch: missing,
  describeMcp: missing,
  buildSandbox: missing,
  listDeadLetters: missing,
  changeDeadLetters: missing,
  listKeys: missing,
  rotateKeys: missing,
  backUp: missing,
  restore: missing,
  exportData: missing,
  forgetPerson: missing,
  copy: missing,
  migrate: missing,
  prepareContainers: missing,
  makeContainerAccount: missing,
  openChat: missing,
};
