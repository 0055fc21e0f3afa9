import type { Scalar } from '../../ports/store.ts';
import { compareScalars, type Prepared, sameKind } from '../../ports/store-document.ts';
import type { Clause, Plan } from '../../ports/store-query.ts';

/** The rows that a plan asks for, in its order. Looks at every row. */
export function select(rows: Iterable<Prepared>, fields: readonly string[], plan: Plan): Prepared[] {
  const field = (row: Prepared, name: string): Scalar =>
    name === '_id' ? row.id : (row.keys[fields.indexOf(name)] ?? null);
  const place = (row: Prepared): Place => ({ key: field(row, plan.orderBy), id: row.id });
  const direction = plan.descending ? -1 : 1;
  const { after } = plan;

  return [...rows]
    .filter(row => plan.clauses.every(clause => holds(clause, field(row, clause.field))))
    .filter(row => after === null || comparePlaces(place(row), after) * direction > 0)
    .sort((a, b) => comparePlaces(place(a), place(b)) * direction)
    .slice(0, plan.limit);
}

interface Place {
  readonly key: Scalar;
  readonly id: string;
}

function comparePlaces(a: Place, b: Place): number {
  return compareScalars(a.key, b.key) || compareScalars(a.id, b.id);
}

function holds(clause: Clause, value: Scalar): boolean {
  if (clause.kind === 'in') return clause.values.some(wanted => compareScalars(value, wanted) === 0);
  const { above, below } = clause;
  return (
    (above === undefined || (sameKind(value, above) && compareScalars(value, above) > 0)) &&
    (below === undefined || (sameKind(value, below) && compareScalars(value, below) < 0))
  );
}
