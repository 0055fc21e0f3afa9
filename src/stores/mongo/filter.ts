import type { Filter as DriverFilter } from 'mongodb';
import type { Scalar } from '../../ports/store.ts';
import type { Clause, Plan } from '../../ports/store-query.ts';
import type { Stored } from './stored-form.ts';
import { toText } from './texts.ts';

/** Names come from the port's list of indexes, and values are scalars, so nobody's text can become an operator. */
type Filter = Record<string, unknown>;

export interface Find {
  readonly filter: DriverFilter<Stored>;
  readonly sort: Readonly<Record<string, 1 | -1>>;
}

/** FerretDB takes no infinity. */
const lowestNumber = -Number.MAX_VALUE;

const toKey = (value: Scalar): Scalar => (typeof value === 'string' ? toText(value) : value);

export function toFind(plan: Plan): Find {
  const direction = plan.descending ? -1 : 1;
  const conditions = [...plan.clauses.map(clauseFilter), ...cursorFilter(plan)];
  const [first] = conditions;
  return {
    filter: (conditions.length > 1 ? { $and: conditions } : (first ?? {})) as DriverFilter<Stored>,
    sort: plan.orderBy === '_id' ? { _id: direction } : { [plan.orderBy]: direction, _id: direction },
  };
}

/** A comparison is only true between values of one kind, as the port wants it. */
function clauseFilter(clause: Clause): Filter {
  if (clause.kind === 'in') {
    const [first, ...others] = clause.values.map(toKey);
    if (first !== undefined && others.length === 0) return { [clause.field]: first };
    return { [clause.field]: { $in: clause.values.map(toKey) } };
  }
  const { above, below } = clause;
  return {
    [clause.field]: {
      ...(above === undefined ? {} : { $gt: toKey(above) }),
      ...(below === undefined ? {} : { $lt: toKey(below) }),
    },
  };
}

function cursorFilter({ after, orderBy, descending }: Plan): Filter[] {
  if (after === null) return [];
  const id = { [descending ? '$lt' : '$gt']: toText(after.id) };
  if (orderBy === '_id') return [{ _id: id }];
  const beyond = descending ? below(after.key) : above(after.key);
  return [{ $or: [{ [orderBy]: toKey(after.key), _id: id }, ...beyond.map(condition => ({ [orderBy]: condition }))] }];
}

const numbers = { $gte: lowestNumber };
const texts = { $gte: '' };
const booleans = { $gte: false };

/** What comes behind a value: the rest of its kind, and the kinds behind. */
function above(key: Scalar): unknown[] {
  if (key === null) return [numbers, texts, booleans];
  if (typeof key === 'number') return [{ $gt: key }, texts, booleans];
  return typeof key === 'string' ? [{ $gt: toKey(key) }, booleans] : [{ $gt: key }];
}

function below(key: Scalar): unknown[] {
  if (key === null) return [];
  if (typeof key === 'number') return [{ $lt: key }, null];
  return typeof key === 'string' ? [{ $lt: toKey(key) }, numbers, null] : [{ $lt: key }, texts, numbers, null];
}
