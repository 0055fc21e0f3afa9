import { bytesPerToken, estimateTokens } from '../../core/tokens.ts';

/** What a picture costs, about; providers count between 250 and 1,600. */
export const imageTokens = 800;
/** Around each message: role and separators. */
export const messageTokens = 4;

/** The text, or its beginning and its end with a note between them, in at most about `tokens`. */
export function cutMiddle(text: string, tokens: number): string {
  if (estimateTokens(text) <= tokens) return text;
  const bytes = Buffer.from(text);
  const half = Math.max(0, Math.floor((tokens * bytesPerToken - 60) / 2));
  const head = dropBroken(bytes.subarray(0, half).toString());
  const tail = dropBroken(bytes.subarray(bytes.length - half).toString());
  const missing = bytes.length - Buffer.byteLength(head) - Buffer.byteLength(tail);
  return `${head}\n[… ${missing} bytes left out here …]\n${tail}`;
}

/** A character that was cut in two decodes to U+FFFD at the edge. */
function dropBroken(text: string): string {
  return text.replace(/^\uFFFD+|\uFFFD+$/g, '');
}
