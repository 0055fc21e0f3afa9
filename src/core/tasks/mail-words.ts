const letters = `[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+`;
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const address = new RegExp(String.raw`^(?=.{3,254}$)(?=.{1,64}@)${letters}(?:\.${letters})*@${label}(?:\.${label})+$`);

/** Whether a text is a bare address of mail, and nothing that a server or a reader could take for more. */
export const isMailAddress = (text: string): boolean => address.test(text);

/** Whether mail may go there: `allow` has the address, `*@` and its domain, or `*`. Capitals count for nothing. */
export function mayGetMail(allow: readonly string[], to: string): boolean {
  const wanted = to.toLowerCase();
  const domain = `*${wanted.slice(wanted.lastIndexOf('@'))}`;
  return allow.some(pattern => ['*', domain, wanted].includes(pattern.toLowerCase()));
}

const place = /\{\{\s*([A-Za-z0-9_]{1,40})\s*\}\}/g;

/** The names of the values that a template wants, each once. */
export const placesIn = (template: string): string[] => [
  ...new Set([...template.matchAll(place)].map(([, name = '']) => name)),
];

/** A template with its values in it; what a value looks like, it stays: places in it are not filled. */
export const filled = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(place, (_all, name: string) => (Object.hasOwn(values, name) ? (values[name] ?? '') : ''));
