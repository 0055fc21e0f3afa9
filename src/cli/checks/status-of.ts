/** What is asked, and how long at most. */
interface Asked extends RequestInit {
  readonly signal: AbortSignal;
  readonly limitMs: number;
}

/** The status of the answer to a request; 0: there was none in time. Rejects with the signal's reason. */
export async function statusOf(url: string, { signal, limitMs, ...request }: Asked): Promise<number> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
    const response = await fetch(url, { ...request, signal: limit });
    await response.body?.cancel();
    return response.status;
  } catch {
    signal.throwIfAborted();
    return 0;
  }
}
