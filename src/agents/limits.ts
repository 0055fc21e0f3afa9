/** What bounds the work for one answer. */
export interface RuntimeLimits {
  /** Tokens of one request, about. */
  readonly contextTokens: number;
  /** Messages of one request. */
  readonly contextMessages: number;
  /** Bytes of one reply. */
  readonly replyBytes: number;
  /** How often the same model is asked again after a passing failure. */
  readonly retries: number;
  /** The first pause before that; it doubles, and is shortened by chance by up to a half. */
  readonly backoffMs: number;
  /** A model that says to come back later than this is not waited for. */
  readonly longestWaitMs: number;
}

export const defaultLimits: RuntimeLimits = {
  contextTokens: 12_000,
  contextMessages: 60,
  replyBytes: 400_000,
  retries: 2,
  backoffMs: 250,
  longestWaitMs: 5_000,
};
