import type { Document, Draft } from '../../core/document.ts';
import type { Collection, CollectionName, Inserted, Query } from '../../ports/store.ts';
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
import type { Batches } from './batches.ts';
import { isConstraint } from './failure.ts';
import { toKey } from './keys.ts';
import { insertText } from './schema.ts';
import { columnOf, oneOf, selectSql } from './sql.ts';
import type { Statements } from './statements.ts';

export interface CollectionContext {
  readonly batches: Batches;
  readonly statement: Statements;
  readonly stamp: () => Stamp;
}

/** What is passed in is checked and turned into JSON when the call is made, so that later changes to it are not seen. */
export function sqliteCollection<D extends Document>(name: CollectionName, context: CollectionContext): Collection<D> {
  const { batches, statement, stamp } = context;
  const texts = textsFor(name);
  const parse = (row: { readonly doc?: unknown }): D => JSON.parse(String(row.doc)) as D;

  function insertOne(row: Prepared): Inserted {
    const { changes } = statement(texts.insert).run(toKey(row.id), row.version, row.json, ...row.keys.map(toKey));
    return changes === 1 ? 'inserted' : 'exists';
  }

  function update(next: Prepared): boolean {
    const values = [next.version, next.json, ...next.keys.map(toKey), toKey(next.id), next.version - 1];
    try {
      return statement(texts.update).run(...values).changes === 1;
    } catch (error) {
      if (!isConstraint(error)) throw error;
      throw new TypeError(`${name} ${next.id} can't take the unique key of another document.`, { cause: error });
    }
  }

  return {
    async insert(drafts: readonly Draft<D>[], outlives) {
      const rows = drafts.map(draft => inJson(prepareNew(name, draft, stamp())));
      return batches.write(() => rows.map(insertOne), { size: sizeOf(rows), outlives });
    },
    async insertAsIs(documents: readonly D[], outlives) {
      const rows = documents.map(document => inJson(prepareAsIs(name, document)));
      return batches.write(() => rows.map(insertOne), { size: sizeOf(rows), outlives });
    },
    async append(drafts: readonly Draft<D>[], outlives) {
      const rows = drafts.map(draft => inJson(prepareNew(name, draft, stamp())));
      const add = (): number => {
        const taken = rows.findIndex(row => insertOne(row) === 'exists');
        return taken === -1 ? rows.length : taken;
      };
      return batches.write(add, { size: sizeOf(rows), outlives });
    },
    async get(id) {
      const key = toKey(checkId(name, id));
      const row = await batches.read(() => statement(texts.get).get(key));
      return row === undefined ? null : parse(row);
    },
    async getMany(ids) {
      const wanted = oneOf('"_id"', checkIds(name, ids).map(toKey));
      const text = `SELECT doc FROM "${name}" WHERE ${wanted.text}`;
      return (await batches.read(() => statement(text).all(...wanted.values))).map(parse);
    },
    async replace(document: D, outlives) {
      const next = inJson(prepareNext(name, document, stamp().now));
      return (await batches.write(() => update(next), { size: next.json.length, outlives }))
        ? parse({ doc: next.json })
        : null;
    },
    async find(query: Query<D>) {
      const { text, values } = selectSql(name, planQuery(name, query));
      return (await batches.read(() => statement(text).all(...values))).map(parse);
    },
    async delete(id) {
      const key = toKey(checkId(name, id));
      return batches.write(() => statement(texts.delete).run(key).changes === 1, { size: 0 });
    },
  };
}

const sizeOf = (rows: readonly Prepared[]): number => rows.reduce((sum, row) => sum + row.json.length, 0);

function textsFor(name: CollectionName) {
  const keys = indexedFields(name).map(field => `, ${columnOf(field)} = ?`);
  return {
    insert: insertText(name),
    get: `SELECT doc FROM "${name}" WHERE "_id" = ?`,
    update: `UPDATE "${name}" SET version = ?, doc = ?${keys.join('')} WHERE "_id" = ? AND version = ?`,
    delete: `DELETE FROM "${name}" WHERE "_id" = ?`,
  };
}
