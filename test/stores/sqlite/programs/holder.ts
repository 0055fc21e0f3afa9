import { writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Holds a file for writing until it is killed: `holder.ts <file>`. */
const [path = ''] = process.argv.slice(2);
const database = new DatabaseSync(path);
database.exec('BEGIN IMMEDIATE');
writeSync(1, 'held\n');
setInterval(() => database.isOpen, 60_000);
