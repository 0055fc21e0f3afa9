import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { Decrypter, Encrypter } from 'age-encryption';
import { ParleyError } from '../core/errors.ts';
import { broken } from './format.ts';

/** What opens and closes a backup. */
export interface Lock {
  readonly passphrase: string;
  /** The power of two of the work that each guess at the passphrase costs. Default: 18, about a second. */
  readonly workFactor?: number;
}

const beginning = 'age-encryption.org/v1';

/** Encrypts as age does: in pieces that can neither be changed, nor moved, nor cut off unnoticed. */
export async function encrypted(clear: Readable, { passphrase, workFactor }: Lock): Promise<Readable> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  if (workFactor !== undefined) encrypter.setScryptWorkFactor(workFactor);
  const sealed = await encrypter.encrypt(Readable.toWeb(clear) as globalThis.ReadableStream<Uint8Array>);
  return Readable.fromWeb(sealed as ReadableStream);
}

/** Rejects with `BACKUP_LOCKED` where there is no passphrase, or a wrong one. */
export async function decrypted(sealed: Readable, lock: Lock | null): Promise<Readable> {
  if (lock === null)
    throw locked('it is encrypted. Give its passphrase in PARLEY_BACKUP_PASSPHRASE, or with --passphrase-file');
  const decrypter = new Decrypter();
  decrypter.addPassphrase(lock.passphrase);
  const source = Readable.toWeb(sealed) as globalThis.ReadableStream<Uint8Array>;
  const clear = await decrypter.decrypt(source).catch((error: unknown) => {
    const isWrong = error instanceof Error && /identity|identities|passphrase/.test(error.message);
    throw isWrong ? locked('the passphrase does not open it', error) : broken('its beginning is damaged', error);
  });
  return Readable.fromWeb(clear as ReadableStream);
}

const locked = (why: string, cause?: unknown): ParleyError =>
  new ParleyError('BACKUP_LOCKED', `The backup was not opened: ${why}. Nothing was written.`, { cause });

export async function isEncrypted(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(beginning.length), 0, beginning.length, 0);
    return buffer.subarray(0, bytesRead).toString('latin1') === beginning;
  } finally {
    await handle.close();
  }
}
