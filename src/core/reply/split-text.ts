/** Whether a text fits into one message. */
export type Fits = (text: string) => boolean;

/**
 * Cuts a Markdown text into pieces that fit, at paragraph ends where that is possible, else at line ends, else between words, else
 * between characters. A fenced code block that is cut is closed and opened again. Nothing but the white space at a cut is lost.
 */
export function splitText(text: string, fits: Fits): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest !== '' && !fits(rest)) {
    const { head, tail } = cut(rest, fits);
    pieces.push(head);
    rest = tail;
  }
  return rest === '' ? pieces : [...pieces, rest];
}

function cut(text: string, fits: Fits): { head: string; tail: string } {
  const limit = longestPrefix(text, fits);
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

/** The length of the longest prefix that fits, with room for closing a fence; at least 1. */
function longestPrefix(text: string, fits: Fits): number {
  let low = 1;
  let high = text.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(`${text.slice(0, middle)}\n\`\`\`\``)) low = middle;
    else high = middle - 1;
  }
  return low;
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
  return open === null ? { head, tail } : { head: `${head}\n${open.mark}`, tail: `${open.line}\n${tail}` };
}

function openFence(text: string): { mark: string; line: string } | null {
  let open: { mark: string; line: string } | null = null;
  for (const line of text.split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark === undefined) continue;
    if (open === null) open = { mark, line };
    else if (mark.startsWith(open.mark)) open = null;
  }
  return open;
}

const isHighSurrogate = (text: string, at: number): boolean => (text.charCodeAt(at) & 0xfc00) === 0xd800;
