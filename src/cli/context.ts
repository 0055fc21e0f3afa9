import type { Main } from './main-functions.ts';

/** Where a command prints: standard output, or what a test gives. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** All that the command line has from outside. */
export interface CliContext {
  /** With what `.env` adds. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborted when the person wants an end. */
  readonly signal: AbortSignal;
  readonly loadMain: () => Promise<Main>;
}

/** A command; gives the exit code. */
export type Run<Options extends unknown[]> = (context: CliContext, ...options: Options) => Promise<number>;
