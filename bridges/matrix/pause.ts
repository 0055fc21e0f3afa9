const firstMs = 100;
const longestMs = 10_000;

/** How long to wait after the `tries`th failure: growing, spread, and at least as long as the homeserver asks for. */
export function pauseBefore(tries: number, askedMs: number | null, random: () => number = Math.random): number {
  const grown = Math.min(longestMs, firstMs * 2 ** (tries - 1));
  return Math.max(askedMs ?? 0, Math.round(grown * (0.5 + random() / 2)));
}
