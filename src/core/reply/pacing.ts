/** When a growing answer is shown. All times in milliseconds. */
export interface Pacing {
  /** An answer that is complete within this time of its first word is sent in one message. */
  readonly quietMs: number;
  /** The pause before the first edit; each later one is `growth` times as long as the one before. */
  readonly firstIntervalMs: number;
  readonly growth: number;
  /** All edits of a message, the last one included. */
  readonly maxEdits: number;
}

/** An answer shorter than this many characters is never shown half: it comes as one message. */
export const shortAnswer = 300;

/**
 * How long after the last showing the next one is due, or null when only the final edit is left.
 * `shown` counts what went out so far: 0 before the message is opened.
 */
export function pauseBefore(shown: number, pacing: Pacing): number | null {
  if (shown === 0) return pacing.quietMs;
  return shown >= pacing.maxEdits ? null : pacing.firstIntervalMs * pacing.growth ** (shown - 1);
}
