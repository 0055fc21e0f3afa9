import { ParleyError } from '../../../src/core/errors.ts';
import type { AgentId } from '../../../src/core/ids.ts';
import type { KeyPage } from '../../../src/core/key-page.ts';
import type { Collection } from '../../../src/ports/store.ts';
import {
  applyChange,
  type Change,
  changesOf,
  decodeChanges,
  emptyState,
  encodeChanges,
  type KeyState,
} from './changes.ts';

/** The key journal of an agent, opened for writing. Its calls must not overlap. */
export interface Journal {
  /** The number of the last page. */
  readonly last: number;
  /**
   * Stores changes as one page. Rejects with `DEVICE_TAKEN` where another process has gone on with the journal: nothing was stored, and this
   * one is of no use any more. After any other error it is not known whether the page is there; then, too, it has to be opened anew.
   */
  append(changes: readonly Change[]): Promise<void>;
  /** Whether so much would have to be read that a copy is worth its while. */
  isLong(): boolean;
  /** Puts a whole copy behind the other pages and removes these. May be killed at any moment. */
  compact(state: KeyState): Promise<void>;
}

const perQuery = 200;
/** A document of MongoDB has 16 MiB at most, and is sealed, which makes it a third larger. */
const copyPageBytes = 2 * 1024 * 1024;
const mostPages = 200;
const mostBytes = 4 * 1024 * 1024;
/** Where a copy alone is large, so many times as much may gather before it is made again. */
const growth = 3;

interface Given {
  readonly pages: Collection<KeyPage>;
  readonly agent: AgentId;
  readonly device: string;
  /** Another one for each opening. */
  readonly writer: string;
}

const nameOf = ({ agent, device }: Pick<Given, 'agent' | 'device'>): string => `${agent}/${device}`;

/** Reads the journal of an agent's device; the one who appends first behind what was read goes on with it. */
export async function openJournal(given: Given): Promise<{ readonly journal: Journal; readonly state: KeyState }> {
  const { pages, agent, writer } = given;
  const name = nameOf(given);
  const read = await readPages(given);
  let { first, last, bytes, copyBytes } = read;

  async function store(content: string, copy: KeyPage['copy']): Promise<void> {
    const number = last + 1;
    const page = { _id: `${name}/${number}`, journal: name, number, writer, copy, content };
    const [outcome] = await pages.insert([page]);
    // The store may have tried again a page that was there already.
    if (outcome === 'exists' && (await pages.get(page._id))?.writer !== writer) throw taken(agent);
    last = number;
    bytes += content.length;
  }

  return {
    state: read.state,
    journal: {
      get last() {
        return last;
      },
      append: changes => store(encodeChanges(changes), null),
      isLong: () => last - first >= mostPages || bytes > Math.max(mostBytes, growth * copyBytes),
      async compact(state) {
        const parts = copyParts(state);
        const before = last;
        for (const [part, content] of parts.entries()) await store(content, { part, of: parts.length });
        for (let number = first; number <= before; number += 1) await pages.delete(`${name}/${number}`);
        first = before + 1;
        bytes = parts.reduce((sum, content) => sum + content.length, 0);
        copyBytes = bytes;
      },
    },
  };
}

function copyParts(state: KeyState): string[] {
  const parts: Change[][] = [[]];
  let size = 0;
  for (const change of changesOf(state)) {
    const bytes = change[0] === 'put' ? change[4].byteLength : 0;
    if (size > 0 && size + bytes > copyPageBytes) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(change);
    size += bytes;
  }
  return parts.map(encodeChanges);
}

interface Read {
  readonly first: number;
  readonly last: number;
  readonly bytes: number;
  /** Those of the copy that stands first. */
  readonly copyBytes: number;
  readonly state: KeyState;
}

async function readPages(given: Given): Promise<Read> {
  const reading = reader(given.agent);
  let after: KeyPage | undefined;
  do {
    const found: KeyPage[] = await given.pages.find({
      where: { journal: nameOf(given) },
      orderBy: { field: 'number', direction: 'asc' },
      limit: perQuery,
      ...(after ? { after } : {}),
    });
    for (const page of found) reading.hear(page);
    after = found.length === perQuery ? found.at(-1) : undefined;
  } while (after);
  return reading.end();
}

/** Removes the pages of a device that is not used any more. May be repeated. */
export async function removeJournal({ pages, ...of }: Omit<Given, 'writer'>): Promise<void> {
  for (;;) {
    const found = await pages.find({
      where: { journal: nameOf(of) },
      orderBy: { field: 'number', direction: 'asc' },
      limit: perQuery,
    });
    if (found.length === 0) return;
    for (const { _id } of found) await pages.delete(_id);
  }
}

/** Puts pages together, in order. Pages may be missing before a whole copy only: they were removed while this reads. */
function reader(agent: AgentId): { hear(page: KeyPage): void; end(): Read } {
  let state = emptyState();
  let whole = true;
  let copy: Change[] | null = null;
  let [first, last, bytes, copyBytes] = [1, 0, 0, 0];

  function hearCopy(changes: readonly Change[], { part, of }: NonNullable<KeyPage['copy']>): void {
    copy = part === 0 ? [...changes] : (copy?.concat(changes) ?? null);
    if (copy === null || part !== of - 1) return;
    state = emptyState();
    for (const change of copy) applyChange(state, change);
    [copy, whole] = [null, true];
  }

  return {
    hear({ number, copy: place, content }) {
      if (last === 0) first = number;
      if (number !== last + 1) [whole, copy] = [false, null];
      last = number;
      bytes += content.length;
      if (place !== null) copyBytes += content.length;
      const changes = decodeChanges(content);
      if (place !== null) return hearCopy(changes, place);
      copy = null;
      for (const change of changes) applyChange(state, change);
    },
    end() {
      if (whole) return { first, last, bytes, copyBytes, state };
      const message =
        `Pages of the key journal of ${agent} are missing. Restore the store from a backup: then the agent gets new keys, and ` +
        'stays the same for whoever has verified it.';
      throw new ParleyError('DEVICE_BROKEN', message);
    },
  };
}

const taken = (agent: AgentId): ParleyError =>
  new ParleyError(
    'DEVICE_TAKEN',
    `Another process has gone on with the keys of ${agent}. They are read anew; where it goes on, look for a second Parley on this store.`,
    { retry: true },
  );
