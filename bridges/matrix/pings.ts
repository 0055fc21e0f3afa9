/**
 * Whether a message without `m.mentions` could ping somebody by what its text says, by the push rules of before: one's name, the first part of one's
 * address, `@room`. Only then is an empty `m.mentions` worth sending: Synapse takes 3 ms to check one. Finds too many rather than too few.
 * https://spec.matrix.org/v1.16/client-server-api/#predefined-rules
 */
export function mightPing(text: string, people: readonly string[] | null): boolean {
  if (people === null) return true;
  const said = folded(text);
  return ['@room', ...people.map(localpart)].some(name => said.includes(folded(name)));
}

const localpart = (nameOrAddress: string): string => /^@([^:]+):/.exec(nameOrAddress)?.[1] ?? nameOrAddress;

/** The homeserver compares names as they were set, Parley knows them with one kind of space; case is more than two letters for some. */
const folded = (text: string): string => text.normalize('NFKC').replace(/\s+/gu, ' ').toLowerCase().toUpperCase();
