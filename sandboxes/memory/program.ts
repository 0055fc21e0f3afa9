import type { Grant } from '../../src/ports/sandbox-network.ts';
import type { WorkspaceFiles } from '../../src/ports/workspace-files.ts';

/** One call of a program that is a function. */
export interface Call {
  readonly argv: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input: Uint8Array;
  readonly files: WorkspaceFiles;
  /** What it may reach. */
  readonly grants: readonly Grant[];
  /** Aborted when it is killed: what it does afterwards has no effect. */
  readonly signal: AbortSignal;
  print(text: string | Uint8Array): void;
  complain(text: string | Uint8Array): void;
}

/** Gives its exit code; undefined counts as 0. What it throws ends it with 1, and its message is printed on stderr. */
export type Program = (call: Call) => number | undefined | Promise<number | undefined>;

/** By name, as `argv[0]` has it. */
export type Programs = Readonly<Record<string, Program>>;
