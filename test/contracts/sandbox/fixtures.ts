import { onTestFinished } from 'vitest';
import { agentId } from '../../../src/core/ids.ts';
import type { Command, RunOptions, Sandbox, Workspace, WorkspaceKey } from '../../../src/ports/sandbox.ts';

type Argv = Command['argv'];

/** Programs that every sandbox of a test has, each in its own words. */
export interface TestPrograms {
  print(text: string): Argv;
  complain(text: string): Argv;
  exit(code: number): Argv;
  /** Prints what it reads. */
  readonly echo: Argv;
  /** Prints a variable of its environment. */
  variable(name: string): Argv;
  /** Writes a file, named from the folder that it runs in. */
  save(path: string, text: string): Argv;
  /** Prints `begun`, and goes on for an hour. */
  readonly linger: Argv;
  /** Prints a line again and again, so many bytes. */
  flood(bytes: number): Argv;
  /** Does `linger` in a program of its own, which writes a line into `alive` again and again, and ends. */
  readonly leaveBehind: Argv | null;
}

export interface OpenedSandbox {
  readonly sandbox: Sandbox;
  readonly programs: TestPrograms;
  /** Another one over the same files, as after a restart of Parley. The first one is gone, and did not close. */
  again(): Promise<Sandbox>;
  end(): Promise<void>;
}

export type OpenSandbox = (limits: {
  readonly diskBytes?: number;
  readonly commands?: number;
}) => Promise<OpenedSandbox>;

export const adasTask: WorkspaceKey = { agent: agentId('ada'), task: 't-1' };

export interface Opened extends OpenedSandbox {
  readonly workspace: Workspace;
  /** Runs a command to its end. */
  run(argv: Argv, more?: Partial<Command & RunOptions>): ReturnType<Workspace['run']>;
}

/** A sandbox with a workspace, for one test. */
export async function withWorkspace(
  open: OpenSandbox,
  limits: Parameters<OpenSandbox>[0] = {},
  key = adasTask,
): Promise<Opened> {
  const opened = await open(limits);
  onTestFinished(() => opened.end());
  const workspace = await opened.sandbox.open(key);
  const run: Opened['run'] = (argv, { signal = new AbortController().signal, ...more } = {}) =>
    workspace.run({ argv, ...more }, { signal, ...more });
  return { ...opened, workspace, run };
}

export const textOf = async (workspace: Workspace, path: string): Promise<string> =>
  new TextDecoder().decode((await workspace.files.read(path)).bytes);
