import { LRUCache } from 'lru-cache';
import type { Found, SearchEngine } from '../../ports/browsing.ts';
import type { Clock } from '../../ports/clock.ts';
import { type Turnstile, TurnstileFull } from '../../ports/turnstile.ts';
import { searchFailed } from './found.ts';

const mostKept = 500;
const keepMs = 30 * 60_000;

/** An engine that is asked one thing once in half an hour, and only as often as the turnstile lets through. */
export function careful(
  engine: SearchEngine,
  { turnstile, clock }: { readonly turnstile: Turnstile; readonly clock: Pick<Clock, 'now'> },
): SearchEngine {
  const kept = new LRUCache<string, readonly Found[]>({ max: mostKept, ttl: keepMs, ttlResolution: 0, perf: clock });
  return {
    async search(given, signal) {
      const query = given.replace(/\s+/g, ' ').trim();
      const known = kept.get(query);
      if (known !== undefined) return known;
      const leave = await turnstile.enter(signal).catch(error => {
        throw error instanceof TurnstileFull ? searchFailed('Too many searches wait already. Try again later.') : error;
      });
      try {
        const found = await engine.search(query, signal);
        kept.set(query, found);
        return found;
      } finally {
        leave();
      }
    },
  };
}
