import { cleanText } from './grammar.ts';
import { renderOnce } from './rendered.ts';

/**
 * The largest event is 65,536 bytes as canonical JSON. The rest of it (ids, hashes, signatures, relations, `net.parley`) takes up to 6 KB.
 * https://spec.matrix.org/v1.16/client-server-api/#size-limits
 */
export const contentLimit = 65_536 - 6_144;

// HTML can be 27 times longer than its Markdown (nested quotations), and much longer where a table fills up missing cells.
const surelyFits = 1_500;

/** Bytes of a text as it stands in JSON. */
export function jsonSize(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

/** Whether a text and its HTML fit into one event, also as an edit: an edit's own body is cut, so the text counts once. */
export function fits(text: string): boolean {
  if (text.length <= surelyFits && !text.includes('|')) return true;
  if (text.length > contentLimit) return false;
  const body = cleanText(text);
  const size = jsonSize(body);
  return size <= contentLimit && size + jsonSize(renderOnce(body).html ?? '') <= contentLimit;
}
