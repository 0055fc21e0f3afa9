const limitMs = 3_000;
/** The homeserver's answer tells whole seconds, and was some time under way. */
const noticedMs = 30_000;
/** Answers, slots and budgets go by times of both clocks: with more than this hardly anything goes as people expect. */
const mostMs = 10 * 60_000;

/**
 * How far this machine's clock is ahead of the homeserver's, in milliseconds; negative where it is behind, null where that can't be told.
 * https://www.rfc-editor.org/rfc/rfc9110#name-date
 */
export async function clockDifference(url: string, signal: AbortSignal): Promise<number | null> {
  try {
    const asked = Date.now();
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
    const response = await fetch(`${url}/_matrix/client/versions`, { signal: limit });
    const now = (asked + Date.now()) / 2;
    await response.body?.cancel();
    // What a proxy kept for a while says when it was new.
    const age = Number(response.headers.get('age') ?? 0) * 1000;
    const theirs = Date.parse(response.headers.get('date') ?? '') + age;
    return Number.isFinite(theirs) ? Math.round(now - theirs) : null;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

/** What a difference of clocks is called, for people; null where it does no harm. */
export function clockProblem(aheadMs: number | null): { readonly text: string; readonly serious: boolean } | null {
  if (aheadMs === null || Math.abs(aheadMs) < noticedMs) return null;
  const direction = aheadMs > 0 ? 'ahead of' : 'behind';
  const text = `The clock of this machine is ${inWords(Math.abs(aheadMs))} ${direction} the homeserver’s`;
  return { text, serious: Math.abs(aheadMs) > mostMs };
}

export const clockRemedy = 'Set both by a time server, such as with timedatectl set-ntp true.';

function inWords(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
