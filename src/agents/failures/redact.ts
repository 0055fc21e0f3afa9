const mostCharacters = 600;
/** Patterns look no further: some take a time that grows with the square of the length. */
const mostSearched = 4_000;

/** What may be a secret in an error's text: known keys, bearer tokens, things that look like keys, passwords in URLs. */
function redact(text: string, secrets: readonly string[]): string {
  const known = secrets
    .filter(secret => secret.length >= 4)
    .reduce((rest, secret) => rest.replaceAll(secret, '[key]'), text);
  return known
    .slice(0, mostSearched)
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, '$1 [key]')
    .replace(/\b(sk|pk|rk|gsk|xai|AIza)[-_]?[\w*-]{8,}/g, '[key]')
    .replace(/([?&](?:key|api_?key|token|access_token)=)[^&\s"]+/gi, '$1[key]')
    .replace(/(\w{1,32}:\/\/)[^\s/@"]+@/g, '$1')
    .slice(0, mostCharacters);
}

/** An error that is safe to log: the same words without secrets, and nothing of what the SDK hung on it (requests, headers). */
export function redacted(error: unknown, secrets: readonly string[], depth = 0): Error {
  const source = error instanceof Error ? error : new Error(String(error));
  const cause = source.cause === undefined || depth >= 3 ? undefined : redacted(source.cause, secrets, depth + 1);
  const safe = new Error(redact(source.message, secrets), { cause });
  safe.name = source.name;
  if ('code' in source && typeof source.code === 'string') Object.assign(safe, { code: source.code });
  safe.stack = `${source.name}: ${safe.message}`;
  return safe;
}
