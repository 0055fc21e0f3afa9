import type { Document, Draft } from '../../core/document.ts';
import type { Collection, CollectionName, Inserted, Query, Scalar } from '../../ports/store.ts';
import { indexes } from '../../ports/store.ts';
import {
  checkId,
  checkIds,
  indexedFields,
  inJson,
  type Prepared,
  prepareAsIs,
  prepareNew,
  prepareNext,
  type Stamp,
} from '../../ports/store-document.ts';
import { planQuery } from '../../ports/store-query.ts';
import { select } from './select.ts';

export interface CollectionContext {
  /** Throws when the store is closed. */
  readonly use: () => void;
  readonly stamp: () => Stamp;
}

/**
 * Documents are kept as JSON, so that nothing is shared with a caller. The methods are async functions without an await: their
 * effect is there when the call returns, so calls take effect in the order in which they were made.
 */
export function memoryCollection<D extends Document>(name: CollectionName, context: CollectionContext): Collection<D> {
  const rows = new Map<string, Prepared>();
  const unique = uniqueKeys(name);
  const read = (row: Prepared): D => JSON.parse(row.json) as D;

  function insertOne(row: Prepared): Inserted {
    if (rows.has(row.id) || unique.isTaken(row)) return 'exists';
    rows.set(row.id, row);
    unique.add(row);
    return 'inserted';
  }

  return {
    async insert(drafts: readonly Draft<D>[]) {
      context.use();
      return drafts.map(draft => inJson(prepareNew(name, draft, context.stamp()))).map(insertOne);
    },
    async insertAsIs(documents: readonly D[]) {
      context.use();
      return documents.map(document => inJson(prepareAsIs(name, document))).map(insertOne);
    },
    async append(drafts: readonly Draft<D>[]) {
      context.use();
      const rows = drafts.map(draft => inJson(prepareNew(name, draft, context.stamp())));
      const taken = rows.findIndex(row => insertOne(row) === 'exists');
      return taken === -1 ? rows.length : taken;
    },
    async get(id) {
      context.use();
      const row = rows.get(checkId(name, id));
      return row === undefined ? null : read(row);
    },
    async getMany(ids) {
      context.use();
      return checkIds(name, ids)
        .flatMap(id => rows.get(id) ?? [])
        .map(read);
    },
    async replace(document: D) {
      context.use();
      const next = inJson(prepareNext(name, document, context.stamp().now));
      const row = rows.get(next.id);
      if (row?.version !== document.version) return null;
      unique.remove(row);
      if (unique.isTaken(next)) {
        unique.add(row);
        throw new TypeError(`${name} ${next.id} can't take the unique key of another document.`);
      }
      unique.add(next);
      rows.set(next.id, next);
      return read(next);
    },
    async find(query: Query<D>) {
      context.use();
      return select(rows.values(), indexedFields(name), planQuery(name, query)).map(read);
    },
    async delete(id) {
      context.use();
      const row = rows.get(checkId(name, id));
      if (row === undefined) return false;
      unique.remove(row);
      return rows.delete(row.id);
    },
  };
}

/** The keys that are taken in the unique indexes of a collection. */
function uniqueKeys(name: CollectionName) {
  const fields = indexedFields(name);
  const taken = indexes[name]
    .filter(index => index.unique)
    .map(index => ({ at: index.fields.map(field => fields.indexOf(field)), keys: new Set<string>() }));
  const keyIn = (at: readonly number[], row: Prepared): string =>
    JSON.stringify(at.map((position): Scalar => row.keys[position] ?? null));
  return {
    isTaken: (row: Prepared): boolean => taken.some(({ at, keys }) => keys.has(keyIn(at, row))),
    add(row: Prepared): void {
      for (const { at, keys } of taken) keys.add(keyIn(at, row));
    },
    remove(row: Prepared): void {
      for (const { at, keys } of taken) keys.delete(keyIn(at, row));
    },
  };
}
