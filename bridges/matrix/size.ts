import { cleanText } from './grammar.ts';
import { renderOnce } from './rendered.ts';

/**
 * The largest event is 65,536 bytes as canonical JSON. The rest of it (ids, hashes, signatures, relations, `net.parley`) takes up to 6 KB.
 * https://spec.matrix.org/v1.16/client-server-api/#size-limits
 */
export const contentLimit = 65_536 - 6_144;

/** Sealed, a content is written in Base64, which makes it a third longer, and names the room and the keys. */
const sealedLimit = (contentLimit * 3) / 4 - 1_024;

export const limitOf = (encrypted: boolean): number => (encrypted ? sealedLimit : contentLimit);

// HTML can be 27 times longer than its Markdown (nested quotations), and much longer where a table fills up missing cells.
const surelyFits = 1_500;

/** Bytes of a text as it stands in JSON. */
export function jsonSize(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

const cellSize = '<td></td>\\n'.length;
const delimiterRow = /^[\s>|:*+.\d-]*$/;

/**
 * About how many cells the tables of a text get. Rows that are too short are filled up: 4 KB can become 600 KB of HTML, and making that
 * just to see that it is too long takes a second.
 */
function cellsOf(text: string): number {
  let columns = 0;
  let cells = 0;
  let barsBefore = 0;
  for (const line of text.split('\n')) {
    const bars = line.split('|').length - 1;
    if (/^[\s>]*$/.test(line)) columns = 0;
    else if (barsBefore >= Math.max(1, bars - 2) && delimiterRow.test(line)) columns = Math.max(columns, bars - 1);
    cells += columns;
    barsBefore = bars;
  }
  return cells;
}

/** Whether a text and its HTML fit into one event, also as an edit: an edit's own body is cut, so the text counts once. */
export function fits(text: string, encrypted = false): boolean {
  const limit = limitOf(encrypted);
  if (text.length <= surelyFits && !text.includes('|')) return true;
  if (text.length > limit) return false;
  const body = cleanText(text);
  const size = jsonSize(body);
  if (size + cellsOf(body) * cellSize > limit) return false;
  return size <= limit && size + jsonSize(renderOnce(body).html ?? '') <= limit;
}
