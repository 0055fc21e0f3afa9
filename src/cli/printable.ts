/** What moves the cursor, changes colours or the title, reads the clipboard, or turns the direction of what follows; but not new lines and tabs. */
const steering = /(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

/** A text of somebody else as a terminal may show it: what would steer the terminal is written out, `\u001b`. */
export const printable = (text: string): string =>
  text.replace(steering, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The same as one word of a shell's command line. */
export const shellWord = (text: string): string => `'${printable(text).replaceAll("'", String.raw`'\''`)}'`;
