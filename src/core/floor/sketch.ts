/** How many hashes a sketch has at most. */
const size = 8;
const mostWords = 400;
const mostCharacters = 8_000;

/** Calls are no part of what is said: two who send the same question back and forth differ only there. */
const calls = /(?<![\p{L}\p{N}_])@[\p{L}\p{N}_.:-]+/gu;

/**
 * A few characters that tell whether two texts are the same, or nearly, without holding anything of them: how many words there are, and the
 * smallest hashes of its pairs of words. Case, punctuation and calls don't matter.
 */
export function sketchOf(text: string): string {
  const words = text
    .slice(0, mostCharacters)
    .toLowerCase()
    .replace(calls, ' ')
    .match(/[\p{L}\p{N}]+/gu)
    ?.slice(0, mostWords);
  if (words === undefined) return '0:';
  const pairs = words.length === 1 ? words : words.slice(1).map((word, index) => `${words[index]} ${word}`);
  const smallest = [...new Set(pairs.map(hash))].sort((a, b) => a - b).slice(0, size);
  return `${words.length}:${smallest.map(one => one.toString(36)).join(' ')}`;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

const partsOf = (sketch: string): { readonly words: number; readonly hashes: readonly string[] } => {
  const [words = '0', hashes = ''] = sketch.split(':');
  return { words: Number(words), hashes: hashes === '' ? [] : hashes.split(' ') };
};

/** Whether two sketches are of the same words in the same order. Texts without words are like nothing. */
const isSame = (a: string, b: string): boolean => a === b && a !== '0:';

const alike = 0.75;
const fewestWords = 4;

/** Whether two sketches are of the same text, or of texts that are nearly the same; a few words say too little. */
export function isAlike(a: string, b: string): boolean {
  if (isSame(a, b)) return true;
  const [one, other] = [partsOf(a), partsOf(b)];
  if (Math.min(one.words, other.words) < fewestWords) return false;
  const common = one.hashes.filter(part => other.hashes.includes(part)).length;
  return common >= alike * Math.max(one.hashes.length, other.hashes.length);
}
