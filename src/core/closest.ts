const shortest = 4;

/** The candidate that a mistyped word most likely means, or undefined where none is near. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map(candidate => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(1, Math.ceil(word.length * 0.4)) ? best.candidate : undefined;
}

/**
 * Whether a word is one of these but for a slip: two letters swapped; where one of both is longer, as almost everything is near to a short
 * one, one letter.
 */
export const isSlipOf = (word: string, candidates: readonly string[]): boolean =>
  candidates.some(candidate => isSwapped(word, candidate) || isOneOff(word, candidate));

const isOneOff = (word: string, candidate: string): boolean =>
  Math.max(word.length, candidate.length) > shortest && distance(word, candidate) <= 1;

function isSwapped(word: string, other: string): boolean {
  const at = [...word].findIndex((letter, index) => letter !== other[index]);
  const swapped = word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2);
  return at >= 0 && swapped === other;
}

/** Levenshtein distance. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const changed = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
