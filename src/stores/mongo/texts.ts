/** U+10FFFF, the last code point: nobody's text begins with it, and if one does, it is marked as well. */
const mark = '\u{10ffff}';
const asItIs = '0';
const asUnits = '1';

/**
 * A text as MongoDB can hold it, which keeps UTF-8 and so no lone surrogates. Texts with some are written as their units, behind all
 * others, which is where the port has them. All others stay as they are. The order stays the same.
 */
export function toText(text: string): string {
  if (text.isWellFormed()) return text.startsWith(mark) ? mark + asItIs + text.slice(mark.length) : text;
  return mark + asUnits + Buffer.from(text, 'utf16le').swap16().toString('hex');
}

/** What `toText` was given. */
export function fromText(stored: string): string {
  if (!stored.startsWith(mark)) return stored;
  const rest = stored.slice(mark.length + 1);
  return stored[mark.length] === asUnits ? Buffer.from(rest, 'hex').swap16().toString('utf16le') : mark + rest;
}

/** What means something to MongoDB, to its driver or to JavaScript: dots, `$` at the start, NUL, `_bsontype`, `__proto__`. */
const special =
  /[%.\0]|^\$|^_(?=bsontype$|_proto__$)|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const empty = '%';
/** Nearly all names, told at once. */
const usual = /^[a-z]\w*$/i;

/** Those that were looked at before: there are a hundred or two. */
const seen = new Set<string>();
const mostSeen = 2_000;

/** Whether a name is stored as it is; `_id`, which is too, is not one of them. */
export function isUsualName(name: string): boolean {
  if (seen.has(name)) return true;
  if (!usual.test(name)) return false;
  if (seen.size < mostSeen) seen.add(name);
  return true;
}

/** The name of a field as it is stored: `example.org` is `example%2Eorg`. A name of ours begins with % and no digit, so none is equal. */
export function toName(name: string): string {
  if (isUsualName(name)) return name;
  return name === '' ? empty : name.replace(special, escaped);
}

function escaped(unit: string): string {
  const code = unit.charCodeAt(0).toString(16).toUpperCase();
  return code.length <= 2 ? `%${code.padStart(2, '0')}` : `%U${code}`;
}

/** What `toName` was given. */
export function fromName(stored: string): string {
  if (!stored.includes('%')) return stored;
  if (stored === empty) return '';
  return stored.replace(/%U([\dA-F]{4})|%([\dA-F]{2})/g, (_, unit?: string, octet?: string) =>
    String.fromCharCode(Number.parseInt(unit ?? octet ?? '', 16)),
  );
}
