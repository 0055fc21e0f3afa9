import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeBackupFile } from '../../../src/backup/backup-file.ts';
import { isParleyError } from '../../../src/core/errors.ts';

/** Writes a backup that is more than fits into the folder that is named, and prints how that ended, and what is left there. */
const [, , folder = ''] = process.argv;
async function* lines(): AsyncGenerator<string> {
  for (let at = 0; at < 1_000; at++) yield `${randomBytes(100).toString('hex')}\n`;
}
const code = await writeBackupFile(join(folder, 'my.backup'), lines(), null).then(
  () => null,
  (error: unknown) => (isParleyError(error) ? error.code : String(error)),
);
console.log(JSON.stringify({ code, left: await readdir(folder) }));
