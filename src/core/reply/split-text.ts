import { closingLine, openFence } from './fence.ts';

/** Whether a text fits into one message. */
export type Fits = (text: string) => boolean;

const firstGuess = 4_000;

/**
 * Cuts a Markdown text into pieces that fit, at paragraph ends where that is possible, else at line ends, else between words, else
 * between characters. A fenced code block that is cut is closed and opened again. Nothing but the white space at a cut is lost.
 */
export function splitText(text: string, fits: Fits): string[] {
  return splitUpTo(Number.POSITIVE_INFINITY, text, fits).pieces;
}

/** The first pieces, at most so many, and what is left of the text behind them. */
export function splitUpTo(most: number, text: string, fits: Fits): { pieces: string[]; rest: string } {
  const pieces: string[] = [];
  let rest = text.trim();
  let length = firstGuess;
  while (rest !== '' && pieces.length < most) {
    length = fittingLength(rest, fits, length);
    const { head, tail } = length === rest.length ? { head: rest, tail: '' } : cut(rest, fits, length);
    pieces.push(head);
    rest = tail;
  }
  return { pieces, rest };
}

function cut(text: string, fits: Fits, limit: number): { head: string; tail: string } {
  for (const separator of [/\n[ \t]*\n\s*/g, /\n/g, /\s/g]) {
    const at = lastCut(text, separator, limit);
    if (at) {
      const parts = mendFence(text.slice(0, at.end).trimEnd(), text.slice(at.next).trimStart());
      if (fits(parts.head) && parts.tail.length < text.length) return parts;
    }
  }
  const end = isHighSurrogate(text, limit - 1) && limit > 1 ? limit - 1 : limit;
  return { head: text.slice(0, end), tail: text.slice(end) };
}

/**
 * The length of the text where all of it fits; else about that of the longest prefix that fits with room for closing a fence, at least 1.
 * `fits` may be dear (it renders), so it is asked seldom, and not about texts that are much too long.
 */
function fittingLength(text: string, fits: Fits, guess: number): number {
  const prefixFits = (length: number): boolean =>
    fits(length === text.length ? text : `${text.slice(0, length)}\n\`\`\`\``);
  let low = 0;
  let high = text.length + 1;
  let next = Math.min(guess, text.length);
  while (next > low && next < high) {
    if (prefixFits(next)) low = next;
    else high = next;
    next = nextGuess(low, high, text.length);
  }
  return Math.max(1, low);
}

/** Down to a quarter while nothing fits, up to the double while all does, then the middle until that is near enough; 0: it is. */
function nextGuess(low: number, high: number, most: number): number {
  if (low === 0) return Math.floor(high / 4);
  if (high > most) return Math.min(low * 2, most);
  return high - low <= 1 + low / 8 ? 0 : Math.floor((low + high) / 2);
}

/** The last separator in the second half of the first `limit` characters: cutting earlier would make many small messages. */
function lastCut(text: string, separator: RegExp, limit: number): { end: number; next: number } | null {
  let found: { end: number; next: number } | null = null;
  for (const match of text.slice(0, limit + 1).matchAll(separator)) {
    if (match.index > limit / 2) found = { end: match.index, next: match.index + match[0].length };
  }
  return found;
}

function mendFence(head: string, tail: string): { head: string; tail: string } {
  const open = openFence(head);
  return open === null ? { head, tail } : { head: `${head}\n${closingLine(open)}`, tail: `${open.line}\n${tail}` };
}

const isHighSurrogate = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xd800;
