import type { Main } from './main-functions.ts';
import type { Output } from './output.ts';

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
