/** What Parley asks of the program in a container, and what it answers. Types only: each side checks what it gets. */
export interface RunRequest {
  /** Of this call, among all that the container gets. */
  readonly id: string;
  readonly argv: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whether it gets what comes behind the request; if not, it reads nothing. */
  readonly hasInput: boolean;
  readonly timeoutMs: number;
  /** Bytes at the beginning and at the end of each stream that are given back. */
  readonly half: number;
  /** The longest file that is made of a stream. */
  readonly spillBytes: number;
}

interface StreamAnswer {
  readonly bytes: number;
  /** Null where the frames had all of it. */
  readonly file: string | null;
}

export interface RunAnswer {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly killed: 'time' | 'memory' | null;
  readonly stdout: StreamAnswer;
  readonly stderr: StreamAnswer;
}

export interface FileRequest {
  readonly path: string;
  readonly to?: string;
  readonly offset?: number;
  readonly length?: number;
  readonly depth?: number;
  readonly limit?: number;
}

/** Why a request about files could not be done. */
export type Refusal = 'outside' | 'no-file' | 'full' | 'failed';

export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal, why: string) {
    super(why);
    this.refusal = refusal;
  }
}
