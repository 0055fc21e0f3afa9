import type { DatabaseSync } from 'node:sqlite';
import type { CollectionName, Index, Scalar } from '../../ports/store.ts';
import { indexes } from '../../ports/store.ts';
import { indexedFields, keyOf } from '../../ports/store-document.ts';
import { toKey } from './keys.ts';
import { columnOf } from './sql.ts';

const collectionNames = Object.keys(indexes) as CollectionName[];

/**
 * One table a collection: the document as JSON, and a column for each indexed field. The columns are derived from the documents, so a
 * file whose columns or indexes are not today's is fitted when it is opened, and no list of their changes need be kept.
 */
export function fitTables(database: DatabaseSync): void {
  for (const name of collectionNames) {
    const found = schemaOf(database, name);
    if (found.join('\n') === wantedSchema(name).join('\n')) continue;
    if (found.length === 0) createTable(database, name);
    else rebuildTable(database, name);
  }
}

/** Whether the tables are as today's port has them. */
export function isFitted(database: DatabaseSync): boolean {
  return collectionNames.every(name => schemaOf(database, name).join('\n') === wantedSchema(name).join('\n'));
}

/** The statement that writes a new document; a repeat changes nothing. */
export function insertText(name: CollectionName): string {
  const columns = ['_id', 'version', 'doc', ...indexedFields(name).map(columnOf)];
  return `INSERT INTO "${name}" VALUES (${columns.map(() => '?').join(', ')}) ON CONFLICT DO NOTHING`;
}

const tableSql = (table: string, name: CollectionName): string =>
  `CREATE TABLE "${table}" (${[
    '"_id" NOT NULL PRIMARY KEY',
    'version INTEGER NOT NULL',
    'doc TEXT NOT NULL',
    // No type: a type would make numbers of texts that look like one.
    ...indexedFields(name).map(field => `${columnOf(field)} NOT NULL`),
  ].join(', ')})`;

function indexSql(name: CollectionName, index: Index): string {
  const columns = index.fields.map(columnOf);
  // With the _id at its end an index gives the order of queries without sorting; a unique one has no ties.
  const all = index.unique ? columns : [...columns, '"_id"'];
  return `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX "${name}_${index.fields.join('_')}" ON "${name}" (${all.join(', ')})`;
}

const indexesSql = (name: CollectionName): string[] => indexes[name].map(index => indexSql(name, index));

const wantedSchema = (name: CollectionName): string[] => [tableSql(name, name), ...indexesSql(name)].sort();

function schemaOf(database: DatabaseSync, name: CollectionName): string[] {
  const rows = database.prepare('SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL').all(name);
  return rows.map(row => String(row.sql)).sort();
}

function createTable(database: DatabaseSync, name: CollectionName): void {
  for (const text of [tableSql(name, name), ...indexesSql(name)]) database.exec(text);
}

/** Copies the documents, in the order in which they came, into a table with today's columns. */
function rebuildTable(database: DatabaseSync, name: CollectionName): void {
  const fitted = `${name}:fitted`;
  const fields = indexedFields(name);
  database.exec(tableSql(fitted, name));
  const insert = database.prepare(`INSERT INTO "${fitted}" VALUES (?, ?, ?${', ?'.repeat(fields.length)})`);
  for (const row of database.prepare(`SELECT version, doc FROM "${name}" ORDER BY rowid`).iterate()) {
    const document: Record<string, Scalar> = JSON.parse(String(row.doc));
    const keys = fields.map(field => toKey(keyOf(name, document, field)));
    insert.run(toKey(String(document._id)), Number(row.version), String(row.doc), ...keys);
  }
  database.exec(`DROP TABLE "${name}"; ALTER TABLE "${fitted}" RENAME TO "${name}"`);
  for (const text of indexesSql(name)) database.exec(text);
}
