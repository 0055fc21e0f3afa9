/** Controls, line separators, bidirectional overrides and invisible characters: what makes a name look like another. */
const invisible = /[\p{Cc}\u00AD\u061C\u180E\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]+/gu;

/** A name or title of at most `length` characters on one line. */
export function cleanName(name: string, length = 64): string {
  const line = name.toWellFormed().replace(invisible, ' ').replace(/\s+/g, ' ').trim();
  return [...line].slice(0, length).join('').trim();
}

/** JSON on one line, also for readers to whom U+2028 and U+2029 begin a new one. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u2028\u2029\u0085]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
