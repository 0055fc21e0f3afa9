/** Collects what a command prints on one stream: the beginning and the end of it, in bounded memory. */
export interface Collected {
  /** Takes what came, and gives the part of it that belongs to the beginning. */
  add(bytes: Uint8Array): Uint8Array;
  /** How much came. */
  bytes(): number;
  text(): string;
}

/** `most` bytes at most: all of it where it fits, or else its first half and its last. */
export function collected(most: number): Collected {
  const half = Math.floor(most / 2);
  const head: Uint8Array[] = [];
  let tail: Uint8Array[] = [];
  let [headBytes, tailBytes, total] = [0, 0, 0];

  function keepTail(bytes: Uint8Array): void {
    tail.push(bytes);
    tailBytes += bytes.length;
    // Joined only now and then, so that many small pieces cost little.
    if (tailBytes <= 4 * half && tail.length < 1000) return;
    const kept = joined(tail).slice(-half);
    tail = [kept];
    tailBytes = kept.length;
  }

  return {
    add(bytes) {
      total += bytes.length;
      const first = bytes.slice(0, half - headBytes);
      if (first.length > 0) head.push(first);
      headBytes += first.length;
      if (first.length < bytes.length) keepTail(bytes.slice(first.length));
      return first;
    },
    bytes: () => total,
    text() {
      const rest = joined(tail);
      const end = total <= 2 * half ? rest : rest.slice(rest.length - half);
      return printedText(joined(head), end, total);
    },
  };
}

/** The text of `total` bytes of which there is the beginning and the end. No character is broken where they are cut. */
export function printedText(head: Uint8Array, end: Uint8Array, total: number): string {
  const left = total - head.length - end.length;
  if (left <= 0) return textOf(joined([head, end]));
  return `${textOf(wholeBefore(head))}\n… ${left} bytes are left out here …\n${textOf(wholeAfter(end))}`;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const isInside = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Without the first bytes of a character that goes on behind. */
function wholeBefore(bytes: Uint8Array): Uint8Array {
  let start = bytes.length - 1;
  for (let back = 0; back < 3 && isInside(bytes[start]); back++) start -= 1;
  const first = bytes[start] ?? 0;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  return start + length > bytes.length ? bytes.slice(0, start) : bytes;
}

/** Without the last bytes of a character that began before. */
function wholeAfter(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (start < 3 && isInside(bytes[start])) start += 1;
  return bytes.slice(start);
}
