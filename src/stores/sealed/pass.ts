import type { DataKey, SealingPass } from '../../core/data-key.ts';
import type { Document } from '../../core/document.ts';
import { isParleyError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Collection, CollectionName, Store } from '../../ports/store.ts';
import { step } from '../../telemetry/step.ts';
import type { Keyring } from './keyring.ts';
import { keyOfDocument, openDocument, sealDocument } from './sealed-document.ts';
import { sealedCollections } from './what-is-sealed.ts';

/** How many documents are looked at before others get their turn. */
const pageSize = 100;
/** The rest after each page: so a pass does at most some thousand documents a second, and people notice nothing. */
const restMs = 25;

export interface PassParts {
  /** The store beneath. */
  readonly store: Store;
  readonly keys: Keyring;
  readonly clock: Clock;
}

export interface PassOptions {
  readonly signal: AbortSignal;
  /** Hears of every page. */
  readonly onPage?: (pass: SealingPass) => void;
}

/**
 * Goes through all documents and seals with the key in use what is not: plain text from before, and what is sealed with former keys.
 * It goes on where the last one ended, stands still when `signal` is aborted, and may run in several processes at once. Gives the key's
 * document when the pass has gone through, else null.
 */
export async function runPass(parts: PassParts, { signal, onPage }: PassOptions): Promise<DataKey | null> {
  const stored = parts.store.collection('keys');
  await parts.keys.refresh();
  for (;;) {
    const key = await stored.get(parts.keys.inUse());
    if (key === null || signal.aborted) return null;
    const pass = key.pass ?? newPass(parts.clock.now());
    const page = await readPage(parts, pass);
    if (page.some(isPlain) && !key.leftovers) {
      // Noted before it is done: a crash must not forget that plain text was left in the files.
      await stored.replace({ ...key, leftovers: true }, 'process');
      continue;
    }
    const next = nextPass(pass, await sealPage(parts, pass, page));
    const end = { pass: null, passedAt: pass.startedAt, broken: next.broken };
    const ended = next.collection === '';
    // Somebody else may have been faster: then the way goes on from where that one is.
    const kept = await stored.replace({ ...key, ...(ended ? end : { pass: next }) }, 'process');
    step('seal.noted');
    onPage?.(next);
    if (ended && kept !== null) return kept;
    await rest(parts.clock, signal);
  }
}

const newPass = (startedAt: number): SealingPass => ({
  startedAt,
  collection: sealedCollections[0] ?? '',
  after: null,
  looked: 0,
  sealed: 0,
  broken: 0,
});

/** The documents of a collection, whatever they are. */
const documentsOf = (store: Store, name: CollectionName): Collection<Document> =>
  store.collection(name) as unknown as Collection<Document>;

const isPlain = (document: Document): boolean => keyOfDocument(document) === null;

async function readPage({ store, keys }: PassParts, { collection, after }: SealingPass): Promise<Document[]> {
  const name = sealedCollections.find(one => one === collection);
  // A collection of another version of Parley.
  if (name === undefined) return [];
  const behind = after === null ? {} : { after: { _id: after } as Document };
  const found = await documentsOf(store, name).find({ limit: pageSize, ...behind });
  const ids = found.map(keyOfDocument);
  if (ids.some(id => id !== null && !keys.knows(id))) await keys.refresh();
  return found;
}

type Sealed = 'sealed' | 'changed' | 'broken';

interface Page {
  readonly outcomes: readonly Sealed[];
  readonly looked: number;
  /** The last document, or null where the collection is at its end. */
  readonly last: string | null;
}

async function sealPage(parts: PassParts, pass: SealingPass, found: readonly Document[]): Promise<Page> {
  const stale = found.filter(document => keyOfDocument(document) !== parts.keys.inUse());
  const name = pass.collection as CollectionName;
  const outcomes = await Promise.all(stale.map(document => sealAgain(parts, name, document)));
  step('seal.page');
  const last = found.length < pageSize ? null : (found.at(-1)?._id ?? null);
  return { outcomes, looked: found.length, last };
}

async function sealAgain({ store, keys }: PassParts, name: CollectionName, document: Document): Promise<Sealed> {
  try {
    const next = sealDocument(keys, name, openDocument(keys, name, document)) as Document;
    // Whoever changes the document meanwhile seals it, too.
    return (await documentsOf(store, name).replace(next, 'process')) === null ? 'changed' : 'sealed';
  } catch (error) {
    if (isParleyError(error, 'SEAL_BROKEN')) return 'broken';
    throw error;
  }
}

/** Where the pass goes on: in no collection at its end. */
function nextPass(pass: SealingPass, { outcomes, looked, last }: Page): SealingPass {
  const count = (what: Sealed): number => outcomes.filter(one => one === what).length;
  const counted = {
    ...pass,
    looked: pass.looked + looked,
    sealed: pass.sealed + count('sealed'),
    broken: pass.broken + count('broken'),
  };
  if (last !== null) return { ...counted, after: last };
  const at = sealedCollections.indexOf(pass.collection as CollectionName);
  return { ...counted, collection: sealedCollections[at + 1] ?? '', after: null };
}

function rest(clock: Clock, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(restMs, done);
    signal.addEventListener('abort', done);
  });
}
