/** The homeserver can't be asked in time: it wants to be left alone, or too many requests wait. It was not asked. */
export class NotNow extends Error {
  readonly retryAfterMs: number | null;

  constructor(message: string, retryAfterMs: number | null = null, cause?: unknown) {
    super(message, { cause });
    this.name = 'NotNow';
    this.retryAfterMs = retryAfterMs;
  }
}
