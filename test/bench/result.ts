/** One line of the table. */
export interface Row {
  /** `a`, as in `--only a,b`. */
  readonly key: string;
  readonly what: string;
  /** What was measured of Parley, with its unit. */
  readonly parley: string;
  /** What it is compared with; `–` where with nothing. */
  readonly against: string;
  readonly ratio: string;
  readonly goal: string;
  readonly met: boolean;
}

export interface BenchOptions {
  readonly rounds: number;
  /** Messages a round. */
  readonly messages: number;
  readonly say: (line: string) => void;
}

export interface Benchmark {
  readonly key: string;
  readonly title: string;
  readonly run: (options: BenchOptions) => Promise<readonly Row[]>;
}

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
export const times = (value: number): string => value.toFixed(3);
