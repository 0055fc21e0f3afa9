import type { CollectionName, Scalar } from './store.ts';
import { indexes } from './store.ts';
import { describe, isScalar, keyOf, maxLimit, sameKind } from './store-document.ts';

/** A query, checked against the indexes: what a store has to compile. */
export interface Plan {
  readonly clauses: readonly Clause[];
  readonly orderBy: string;
  readonly descending: boolean;
  readonly limit: number;
  /** The order field's value and the `_id` of the document to go on behind. */
  readonly after: { readonly key: Scalar; readonly id: string } | null;
}

export type Clause =
  | { readonly field: string; readonly kind: 'in'; readonly values: readonly Scalar[] }
  | {
      readonly field: string;
      readonly kind: 'range';
      readonly above: number | string | undefined;
      readonly below: number | string | undefined;
    };

interface AnyQuery {
  readonly where?: object;
  readonly orderBy?: { readonly field: string; readonly direction: 'asc' | 'desc' };
  readonly limit: number;
  readonly after?: object;
}

/** Checks a query. What is wrong with it is a mistake in the calling code: a TypeError that names the field. */
export function planQuery(name: CollectionName, query: AnyQuery): Plan {
  const clauses = Object.entries(query.where ?? {}).map(([field, condition]) => readClause(name, field, condition));
  const orderBy = query.orderBy?.field ?? '_id';
  const direction = query.orderBy?.direction ?? 'asc';
  if (direction !== 'asc' && direction !== 'desc') throw new TypeError(`Order is asc or desc, not ${direction}.`);
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > maxLimit) {
    throw new TypeError(`The limit of a query of ${name} is 1 to ${maxLimit}, not ${query.limit}.`);
  }
  checkIndexed(
    name,
    clauses.map(clause => clause.field),
    orderBy,
  );
  const after = query.after === undefined ? null : cursorOf(name, { ...query.after }, orderBy);
  return { clauses, orderBy, descending: direction === 'desc', limit: query.limit, after };
}

function cursorOf(name: CollectionName, document: Readonly<Record<string, unknown>>, orderBy: string): Plan['after'] {
  if (typeof document._id !== 'string') throw new TypeError(`A query of ${name} goes on after a document, whole.`);
  return { key: keyOf(name, document, orderBy), id: document._id };
}

function readClause(name: CollectionName, field: string, condition: unknown): Clause {
  if (isScalar(condition)) return { field, kind: 'in', values: [condition] };
  if (typeof condition !== 'object' || condition === null) throw badCondition(name, field, describe(condition));
  const keys = Object.keys(condition);
  if ('in' in condition && keys.length === 1)
    return { field, kind: 'in', values: readValues(name, field, condition.in) };
  if (keys.length === 0 || keys.some(key => key !== 'above' && key !== 'below')) {
    throw badCondition(name, field, `{${keys.join(', ')}}`);
  }
  const above = readBound(name, field, 'above' in condition ? condition.above : undefined);
  const below = readBound(name, field, 'below' in condition ? condition.below : undefined);
  if (above === undefined && below === undefined) throw badCondition(name, field, 'a range without bounds');
  if (above !== undefined && below !== undefined && !sameKind(above, below)) {
    throw badCondition(name, field, 'bounds of two kinds');
  }
  return { field, kind: 'range', above, below };
}

function readValues(name: CollectionName, field: string, values: unknown): readonly Scalar[] {
  if (!Array.isArray(values) || !values.every(isScalar)) throw badCondition(name, field, 'a list of other than values');
  if (values.length > maxLimit) throw badCondition(name, field, `a list of more than ${maxLimit}`);
  return [...values];
}

function readBound(name: CollectionName, field: string, bound: unknown): number | string | undefined {
  if (bound === undefined || typeof bound === 'string') return bound;
  if (typeof bound === 'number' && Number.isFinite(bound)) return bound;
  throw badCondition(name, field, `a bound that is ${describe(bound)}`);
}

function badCondition(name: CollectionName, field: string, what: string): TypeError {
  return new TypeError(`The condition on ${field} of ${name} can't be ${what}.`);
}

/** All conditions must be on the leftmost fields of one index; the order by `_id`, one of these fields, or the index's next. */
function checkIndexed(name: CollectionName, fields: readonly string[], orderBy: string): void {
  const usable = [['_id'], ...indexes[name].map(index => index.fields)];
  const serves = (index: readonly string[]): boolean =>
    index.slice(0, fields.length).every(field => fields.includes(field)) &&
    fields.length <= index.length &&
    (orderBy === '_id' || index.slice(0, fields.length + 1).includes(orderBy));
  if (usable.some(serves)) return;
  const known = new Set(usable.flat());
  const culprit = [...fields, orderBy].find(field => !known.has(field));
  const asked = culprit ?? `(${fields.join(', ')}) ordered by ${orderBy}`;
  const list = usable.map(index => `(${index.join(', ')})`).join(', ');
  throw new TypeError(`${name} can't be queried by ${asked}: its indexes are ${list}. Add one in src/ports/store.ts.`);
}
