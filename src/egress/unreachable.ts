import { ParleyError, parleyErrorIn } from '../core/errors.ts';

const longest = 200;

/** A place as errors name it. */
export const quoted = (place: string): string => JSON.stringify(place.slice(0, longest));

export const unreachable = (place: string, why: string, cause?: unknown): ParleyError =>
  new ParleyError('SITE_UNREACHABLE', `${quoted(place)} can’t be reached: ${why}.`, { cause, retry: true });

/** What stands behind an error of the client: what `dial` said, where that is behind it. */
export function reasonOf(error: unknown, url: string): ParleyError {
  const known = parleyErrorIn(error);
  if (known !== null) return known;
  const late = error instanceof Error && (error.name === 'TimeoutError' || error.name === 'AbortError');
  return unreachable(url, late ? 'it takes too long' : 'the connection broke', error);
}
