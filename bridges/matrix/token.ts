import { createHash, timingSafeEqual } from 'node:crypto';

export interface Shown {
  readonly authorization: string | undefined;
  readonly query: unknown;
}

export type Verdict = 'accepted' | 'missing' | 'wrong';

/**
 * Whether a request shows the homeserver's token. Older homeservers give it in the query; that counts only without a header.
 * https://spec.matrix.org/v1.16/application-service-api/#authorization
 */
export function checkToken(shown: Shown, expected: string): Verdict {
  const token = tokenOf(shown);
  if (token === undefined) return 'missing';
  // Digests have one length, so the comparison tells nothing about the token's.
  return timingSafeEqual(digest(token), digest(expected)) ? 'accepted' : 'wrong';
}

function tokenOf({ authorization, query }: Shown): string | undefined {
  if (authorization !== undefined) return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
  const token = (query as { access_token?: unknown } | undefined)?.access_token;
  return typeof token === 'string' ? token : undefined;
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
