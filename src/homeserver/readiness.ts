import { setTimeout as sleep } from 'node:timers/promises';
import { connectionProblem } from './connection-problem.ts';

export interface ReadinessLimits {
  readonly limitMs: number;
  readonly intervalMs: number;
  readonly signal: AbortSignal;
}

/**
 * Asks `/_matrix/client/versions` until the homeserver answers as one does. Gives undefined then, and what was wrong with the last
 * try when the time is over. Rejects with the signal's reason when it is aborted.
 */
export async function untilReady(url: string, limits: ReadinessLimits): Promise<string | undefined> {
  const end = Date.now() + limits.limitMs;
  for (;;) {
    const problem = await askVersions(url, Math.max(1, end - Date.now()), limits.signal);
    if (problem === undefined) return undefined;
    limits.signal.throwIfAborted();
    if (Date.now() + limits.intervalMs >= end) return problem;
    // Its own error would hide why the start was given up.
    await sleep(limits.intervalMs, undefined, { signal: limits.signal }).catch(() => limits.signal.throwIfAborted());
  }
}

async function askVersions(url: string, limitMs: number, signal: AbortSignal): Promise<string | undefined> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
    const response = await fetch(`${url}/_matrix/client/versions`, { signal: limit });
    if (!response.ok) return `it answers with status ${response.status}`;
    const body: unknown = await response.json().catch(() => undefined);
    return isVersions(body) ? undefined : 'what answers there is no Matrix homeserver';
  } catch (error) {
    return reasonOf(error);
  }
}

function isVersions(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'versions' in body && Array.isArray(body.versions);
}

/** `fetch` says only "fetch failed"; what happened stands in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'no answer in time';
  const cause = error.cause;
  if (cause instanceof Error && 'code' in cause) return connectionProblem(String(cause.code));
  return cause instanceof Error ? cause.message : error.message;
}
