/** Time, so that tests can hold it. */
export interface Clock {
  /** Milliseconds since 1970 (UTC). */
  now(): number;
  /** Calls `run` once after `ms`; the function given back cancels. Does not keep the process alive. */
  after(ms: number, run: () => void): () => void;
}
