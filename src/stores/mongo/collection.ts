import type { Collection as Driver } from 'mongodb';
import type { Document, Draft } from '../../core/document.ts';
import type { Collection, CollectionName, Inserted, Outlives, Query } from '../../ports/store.ts';
import {
  type Checked,
  checkId,
  checkIds,
  prepareAsIs,
  prepareNew,
  prepareNext,
  type Stamp,
} from '../../ports/store-document.ts';
import { planQuery } from '../../ports/store-query.ts';
import { isDuplicate, storeFailure } from './failure.ts';
import { toFind } from './filter.ts';
import type { InOrder } from './in-order.ts';
import { insertAll, insertUntilRepeat } from './insert.ts';
import { fromStored, type Stored, toStored } from './stored-form.ts';
import { toText } from './texts.ts';
import type { Concern } from './write-concern.ts';

export interface CollectionContext {
  readonly driver: Driver<Stored>;
  readonly order: InOrder;
  readonly stamp: () => Stamp;
  readonly concern: (outlives?: Outlives) => Concern;
  /** The server without its secrets, for messages. */
  readonly shown: string;
}

const idsOf = (rows: readonly Checked[]): readonly string[] => [...new Set(rows.map(({ id }) => id))];

/** What is passed in is checked and turned into its stored form when the call is made, so that later changes to it are not seen. */
export function mongoCollection<D extends Document>(name: CollectionName, context: CollectionContext): Collection<D> {
  const { driver, order, stamp, concern, shown } = context;

  /** Errors in terms of the port. */
  async function told<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      throw storeFailure(error, shown);
    }
  }

  function insert(rows: readonly Checked[], outlives?: Outlives): Promise<Inserted[]> {
    const stored = rows.map(row => toStored(name, row));
    return told(order.change(idsOf(rows), () => insertAll(driver, stored, concern(outlives))));
  }

  async function update(next: Checked, stored: Stored, outlives?: Outlives): Promise<boolean> {
    try {
      const filter = { _id: stored._id, version: next.version - 1 };
      return (await driver.replaceOne(filter, stored, concern(outlives))).matchedCount === 1;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      throw new TypeError(`${name} ${next.id} can't take the unique key of another document.`, { cause: error });
    }
  }

  return {
    insert: async (drafts: readonly Draft<D>[], outlives) =>
      insert(
        drafts.map(draft => prepareNew(name, draft, stamp())),
        outlives,
      ),
    insertAsIs: async (documents: readonly D[], outlives) =>
      insert(
        documents.map(document => prepareAsIs(name, document)),
        outlives,
      ),
    async append(drafts: readonly Draft<D>[], outlives) {
      const rows = drafts.map(draft => prepareNew(name, draft, stamp()));
      const stored = rows.map(row => toStored(name, row));
      return told(
        order.change(idsOf(rows), async () => {
          const taken = await insertUntilRepeat(driver, stored, concern(outlives));
          return taken ?? stored.length;
        }),
      );
    },
    async get(id) {
      const _id = toText(checkId(name, id));
      const found = await told(order.read([id], () => driver.findOne({ _id })));
      return found === null ? null : fromStored<D>(found);
    },
    async getMany(given) {
      const ids = checkIds(name, given);
      if (ids.length === 0) return [];
      const filter = { _id: { $in: ids.map(toText) } };
      const found = await told(order.read(ids, () => driver.find(filter, { batchSize: ids.length + 1 }).toArray()));
      return found.map(stored => fromStored<D>(stored));
    },
    async replace(document: D, outlives) {
      const next = prepareNext(name, document, stamp().now);
      const stored = toStored(name, next);
      const changed = await told(order.change([next.id], () => update(next, stored, outlives)));
      return changed ? fromStored<D>(stored) : null;
    },
    async find(query: Query<D>) {
      const plan = planQuery(name, query);
      const { filter, sort } = toFind(plan);
      const options = { sort, limit: plan.limit, batchSize: plan.limit + 1 };
      const found = await told(order.anyTime(() => driver.find(filter, options).toArray()));
      return found.map(stored => fromStored<D>(stored));
    },
    async delete(id) {
      const _id = toText(checkId(name, id));
      const { deletedCount } = await told(order.change([id], () => driver.deleteOne({ _id }, concern())));
      return deletedCount === 1;
    },
  };
}
