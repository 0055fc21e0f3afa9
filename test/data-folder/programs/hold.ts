import { writeSync } from 'node:fs';
import { lockDataFolder } from '../../../src/data-folder/lock.ts';

/** Locks a data folder until it is killed: `hold.ts <folder>`. */
const [folder = ''] = process.argv.slice(2);
const lock = lockDataFolder(folder);
writeSync(1, 'locked\n');
setInterval(() => lock, 60_000);
