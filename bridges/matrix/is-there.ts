const patienceMs = 10_000;
/** What a proxy says for a homeserver that is not there. */
const fromProxy = [502, 503, 504];

/** Whether the homeserver answers at all; null where it does not in time, which says nothing. */
export async function isThere(homeserverUrl: string): Promise<boolean | null> {
  const signal = AbortSignal.timeout(patienceMs);
  try {
    const response = await fetch(`${homeserverUrl}/_matrix/client/versions`, { signal });
    await response.body?.cancel();
    return !fromProxy.includes(response.status);
  } catch {
    return signal.aborted ? null : false;
  }
}
