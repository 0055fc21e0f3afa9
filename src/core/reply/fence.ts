interface Fence {
  readonly indent: string;
  readonly mark: string;
  /** The whole line that opened it. */
  readonly line: string;
}

const opening = /^( {0,3})(`{3,}(?=[^`]*$)|~{3,})/;
const closing = /^ {0,3}(`{3,}|~{3,})[ \t]*$/;

/** The fenced code block that is still open at the end of a Markdown text, or null. */
export function openFence(text: string): Fence | null {
  let open: Fence | null = null;
  for (const line of text.split('\n')) {
    if (open === null) {
      const [, indent = '', mark] = opening.exec(line) ?? [];
      if (mark !== undefined) open = { indent, mark, line };
    } else if (closing.exec(line)?.[1]?.startsWith(open.mark)) open = null;
  }
  return open;
}

/** The line that closes a fence; indented like it, as it may stand in a list. */
export const closingLine = ({ indent, mark }: Fence): string => `${indent}${mark}`;

/** A text with every fence closed. */
function closed(text: string): string {
  const open = openFence(text);
  return open === null ? text : `${text}\n${closingLine(open)}`;
}

/** Puts a note below a text that may have been cut anywhere, also in the middle of a code block. */
export const below = (text: string, note: string): string => `${closed(text.trimEnd())}\n\n${note}`;

const ellipsis = '…';

/** A text that goes on, or would have. */
export function unfinished(text: string): string {
  const trimmed = text.trimEnd();
  const lastLine = trimmed.slice(trimmed.lastIndexOf('\n') + 1);
  // What stands behind a fence's mark would be taken for part of the code.
  return openFence(trimmed) !== null || closing.test(lastLine) ? below(trimmed, ellipsis) : `${trimmed} ${ellipsis}`;
}

/** What of an unfinished text was said, so that more may be put behind it. */
export const saidOf = (shown: string): string => shown.replace(/(?:(?:\n {0,3}(?:`{3,}|~{3,}))?\n\n| )…$/, '');
