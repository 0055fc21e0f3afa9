import { createReadStream, createWriteStream } from 'node:fs';
import { access, open, rename, rm } from 'node:fs/promises';
import { Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { ParleyError } from '../core/errors.ts';
import { writeFailure } from '../core/write-failure.ts';
import { decrypted, encrypted, isEncrypted, type Lock } from './age.ts';
import { broken } from './format.ts';

/** gzip makes at most a thousand bytes of one; texts of people and agents become ten to fifty times smaller. */
const mostTimes = 300;
const bombFrom = 64 * 1024 * 1024;

/** Writes a backup as a whole: at the end it is there, or nothing is. Only its owner may read it. */
export async function writeBackupFile(file: string, text: AsyncIterable<string>, lock: Lock | null): Promise<void> {
  if (await isThere(file))
    throw new ParleyError('BACKUP_EXISTS', `${file} is there already. Choose another name, or move it away.`);
  const part = `${file}.part`;
  try {
    // What is left there may be readable for others, or lead elsewhere.
    await rm(part, { force: true });
    await writeBackup(createWriteStream(part, { flags: 'wx', mode: 0o600 }), text, lock);
    const handle = await open(part, 'r+');
    await handle.sync().finally(() => handle.close());
    await rename(part, file);
  } catch (error) {
    // Where nothing can stand, nothing can be removed either; what is told is why nothing was written.
    await rm(part, { force: true }).catch(() => undefined);
    throw writeFailure(error, file);
  }
}

/** Writes a backup into a stream, and ends it. */
export async function writeBackup(to: Writable, text: AsyncIterable<string>, lock: Lock | null): Promise<void> {
  const packed = createGzip();
  const filled = pipeline(Readable.from(text, { objectMode: false }), packed);
  const sealed = lock === null ? packed : await encrypted(packed, lock);
  await Promise.all([filled, pipeline(sealed, to)]);
}

/** The lines of a backup as bytes: decrypted and unpacked. May be read again. Errors: `BACKUP_BROKEN`, `BACKUP_LOCKED`. */
export async function* readBackupFile(file: string, lock: Lock | null): AsyncGenerator<Uint8Array> {
  const source = createReadStream(file);
  try {
    const opened = (await isEncrypted(file)) ? await decrypted(source, lock) : source;
    const unpacked = createGunzip();
    const guard = bombGuard();
    const flow = pipeline(opened, guard.packed, unpacked, guard.unpacked);
    flow.catch(() => undefined);
    yield* guard.unpacked as AsyncIterable<Uint8Array>;
    await flow;
  } catch (error) {
    if (error instanceof ParleyError) throw error;
    throw broken(`it can't be read (${error instanceof Error ? error.message : String(error)})`, error);
  } finally {
    source.destroy();
  }
}

/** A small file that unpacks to more than any backup does would keep the machine busy for ever. */
function bombGuard(): { readonly packed: Transform; readonly unpacked: Transform } {
  let taken = 0;
  let given = 0;
  const packed = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      taken += chunk.length;
      done(null, chunk);
    },
  });
  const unpacked = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      given += chunk.length;
      done(given > bombFrom && given > taken * mostTimes ? broken('it unpacks to too much') : null, chunk);
    },
  });
  return { packed, unpacked };
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
