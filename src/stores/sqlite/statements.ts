import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Many more than the code asks for; the bound is there because queries choose the shape. */
const mostStatements = 200;

export type Statements = (text: string) => StatementSync;

/** Gives the prepared statement for a text, and keeps the ones used last. */
export function preparedStatements(database: DatabaseSync): Statements {
  const kept = new Map<string, StatementSync>();
  return text => {
    const statement = kept.get(text) ?? database.prepare(text);
    kept.delete(text);
    kept.set(text, statement);
    for (const oldest of kept.keys()) {
      if (kept.size <= mostStatements) break;
      kept.delete(oldest);
    }
    return statement;
  };
}
