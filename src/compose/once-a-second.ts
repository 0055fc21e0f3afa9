import type { Clock } from '../ports/clock.ts';

const validMs = 1_000;

/** Makes something at most once a second, however many ask for it. */
export function onceASecond<T>(make: () => Promise<T>, clock: Clock): () => Promise<T> {
  let made: { readonly at: number; readonly what: Promise<T> } | null = null;
  return () => {
    if (made === null || clock.now() - made.at >= validMs) made = { at: clock.now(), what: make() };
    return made.what;
  };
}
