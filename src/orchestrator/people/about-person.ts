/** Whether anything in a document has this person's address. Pure. */
export function mentions(value: unknown, person: string): boolean {
  if (typeof value === 'string') return indexOfId(value, person) >= 0;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => indexOfId(key, person) >= 0 || mentions(inner, person));
}

/** The same value with another address in place of the person's, in texts and names of fields. The same object where there is none. Pure. */
export function renamed<V>(value: V, person: string, to: string): V {
  if (!mentions(value, person)) return value;
  return replaced(value, text => replaceId(text, person, to)) as V;
}

function replaced(value: unknown, edit: (text: string) => string): unknown {
  if (typeof value === 'string') return edit(value);
  if (Array.isArray(value)) return value.map(inner => replaced(inner, edit));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [edit(key), replaced(inner, edit)]));
}

/** What may stand in the middle of an address: `@mara:a.org` does not stand in `@mara:a.organic`, nor in `@mara:a.org.example`. */
const inAddress = /^(?:[A-Za-z0-9_=-]|[.:][A-Za-z0-9])/;

function indexOfId(text: string, person: string, from = 0): number {
  for (let at = text.indexOf(person, from); at >= 0; at = text.indexOf(person, at + 1)) {
    if (!inAddress.test(text.slice(at + person.length, at + person.length + 2))) return at;
  }
  return -1;
}

function replaceId(text: string, person: string, to: string): string {
  let rest = text;
  let done = '';
  for (let at = indexOfId(rest, person); at >= 0; at = indexOfId(rest, person)) {
    done += rest.slice(0, at) + to;
    rest = rest.slice(at + person.length);
  }
  return done + rest;
}
