import type { CollectionName } from '../../ports/store.ts';
import type { Clause, Plan } from '../../ports/store-query.ts';
import { firstBoolean, firstText, type Key, toKey } from './keys.ts';

/** SQL whose names come from the port's list of collections and indexes only; every value is bound. */
export interface Sql {
  readonly text: string;
  readonly values: readonly Key[];
}

/** The column of a field. */
export const columnOf = (field: string): string => (field === '_id' ? '"_id"' : `"key_${field}"`);

export function selectSql(name: CollectionName, plan: Plan): Sql {
  const direction = plan.descending ? 'DESC' : 'ASC';
  const byId = plan.orderBy === '_id';
  const order = byId ? `"_id" ${direction}` : `${columnOf(plan.orderBy)} ${direction}, "_id" ${direction}`;
  const conditions = [...plan.clauses.flatMap(clauseSql), ...cursorSql(plan)];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.map(condition => condition.text).join(' AND ')}`;
  return {
    text: `SELECT doc FROM "${name}"${where} ORDER BY ${order} LIMIT ?`,
    values: [...conditions.flatMap(condition => condition.values), plan.limit],
  };
}

/** `column = ?` or `column IN (?, ?, …)`. */
export function oneOf(column: string, values: readonly Key[]): Sql {
  if (values.length === 1) return { text: `${column} = ?`, values };
  const padded = pad(values);
  return { text: `${column} IN (${padded.map(() => '?').join(', ')})`, values: padded };
}

/** Repeats the last value up to a power of two, so that lists of all lengths share a few prepared statements. */
function pad(values: readonly Key[]): readonly Key[] {
  const last = values.at(-1);
  if (last === undefined) return values;
  const length = 2 ** Math.ceil(Math.log2(values.length));
  return [...values, ...Array<Key>(length - values.length).fill(last)];
}

function clauseSql(clause: Clause): Sql[] {
  const column = columnOf(clause.field);
  if (clause.kind === 'in') return [oneOf(column, clause.values.map(toKey))];
  const { above, below } = clause;
  const isText = typeof (above ?? below) === 'string';
  const bound = (operator: string, value: Key): Sql => ({ text: `${column} ${operator} ?`, values: [value] });
  const lowest = isText ? bound('>=', firstText) : bound('>', Number.NEGATIVE_INFINITY);
  const highest = isText ? bound('<', firstBoolean) : bound('<', firstText);
  return [
    above === undefined ? lowest : bound('>', toKey(above)),
    below === undefined ? highest : bound('<', toKey(below)),
  ];
}

function cursorSql(plan: Plan): Sql[] {
  if (plan.after === null) return [];
  const { key, id } = plan.after;
  const operator = plan.descending ? '<' : '>';
  if (plan.orderBy === '_id') return [{ text: `"_id" ${operator} ?`, values: [toKey(id)] }];
  return [{ text: `(${columnOf(plan.orderBy)}, "_id") ${operator} (?, ?)`, values: [toKey(key), toKey(id)] }];
}
