import { externalIdOf, type MemberId } from '../ids.ts';

/** Somebody who may be named in a command. */
export interface Namable {
  readonly id: MemberId;
  readonly isAgent: boolean;
  /** Everything that they may be called by, the address on the chat network among it. Names that people gave themselves may be anything. */
  readonly names: readonly string[];
}

export interface Directory {
  /** Who is in the room. */
  readonly here: readonly Namable[];
  /** All our agents, in the room or not. */
  readonly agents: readonly Namable[];
  /** Whom the message mentions by mark-up: of several who are called the same, it is they who are meant. */
  readonly mentions: readonly MemberId[];
}

export type Taken = { readonly value: string; readonly rest: string } | { readonly problem: string } | null;

/**
 * Who is named at the start of a text: by name, by address, with @ or without, in quotes or not. The longest name that fits counts. Of
 * several of one name: whom the message mentions, else the agent. So nobody is taken for an agent by calling themselves like one.
 */
export function takeMember(text: string, { here, mentions }: Pick<Directory, 'here' | 'mentions'>): Taken {
  const { said, closing } = withoutQuote(text);
  const fits = here.flatMap(one => {
    const length = Math.max(0, ...one.names.map(name => lengthOf(name, said, closing)));
    return length === 0 ? [] : [{ one, length }];
  });
  const longest = Math.max(0, ...fits.map(({ length }) => length));
  const called = fits.filter(({ length }) => length === longest).map(({ one }) => one);
  if (called.length === 0) return byMentionAlone(text, here, mentions);
  const meant = firstNonEmpty(
    called.filter(({ id }) => mentions.includes(id)),
    called.filter(({ isAgent }) => isAgent),
    called,
  );
  const [only, ...others] = meant;
  if (only === undefined) return null;
  if (others.length > 0) return { problem: sharedName(meant) };
  return { value: only.id, rest: behind(said.slice(longest), closing) };
}

const quotes: Readonly<Record<string, string>> = { '"': '"', '“': '”', '„': '“' };

/** The text from the name on; a quotation mark may stand before it or behind the @. */
function withoutQuote(text: string): { said: string; closing: string | null } {
  const [, at = '', mark = ''] = /^(@?)(["“„]?)/u.exec(text) ?? [];
  const closing = quotes[mark] ?? null;
  return { said: closing === null ? text : at + text.slice(at.length + mark.length), closing };
}

/** How much of the text is this name; 0 where something else stands there. */
function lengthOf(name: string, said: string, closing: string | null): number {
  if (name === '' || name === '@') return 0;
  const at = said.startsWith('@') && !name.startsWith('@') ? 1 : 0;
  const head = said.slice(at, at + name.length);
  if (head !== name && fold(head) !== fold(name)) return 0;
  const next = said.slice(at + name.length);
  const ends = closing === null ? /^(?:[\s,;]|:(?=\s|$)|$)/u.test(next) : next.startsWith(closing);
  return ends ? at + name.length : 0;
}

const fold = (text: string): string => text.normalize('NFC').toLowerCase();

const behind = (rest: string, closing: string | null): string =>
  rest.slice(closing === null ? 0 : closing.length).replace(/^[\s,;:]+/u, '');

/** Somebody whose name we don't know is still named by a mention, if it is the only one. */
function byMentionAlone(text: string, here: readonly Namable[], mentions: readonly MemberId[]): Taken {
  const [only, ...others] = mentions;
  const [word = ''] = /^\S+/u.exec(text) ?? [];
  if (only === undefined || others.length > 0 || !here.some(({ id }) => id === only)) return null;
  return { value: only, rest: text.slice(word.length).trimStart() };
}

const firstNonEmpty = <T>(...lists: readonly T[][]): T[] => lists.find(list => list.length > 0) ?? [];

const sharedName = (people: readonly Namable[]): string =>
  `several people are called that; write one of ${people
    .slice(0, 5)
    .map(({ id }) => `\`${externalIdOf(id)}\``)
    .join(', ')}`;
