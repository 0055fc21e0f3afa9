import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { ParleyError } from '../../core/errors.ts';
import type { WrappedKey } from '../../ports/keys.ts';

/** The length of a master key in bytes. */
const keyLength = 32;
const nonceLength = 12;
const tagLength = 16;

/** What a key is called: two keys have the same name by chance once in 2^64. */
export const nameOf = (key: Uint8Array): string =>
  createHash('sha256').update('parley master key').update(key).digest('hex').slice(0, 16);

export function wrapWith(master: Uint8Array, key: Uint8Array, purpose: string): WrappedKey {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', master, nonce).setAAD(Buffer.from(purpose));
  const sealed = Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
  return { master: nameOf(master), text: sealed.toString('base64') };
}

/** The key that `wrapped` holds, by whichever of these wrapped it. */
export function unwrapWith(masters: readonly Uint8Array[], wrapped: WrappedKey, purpose: string): Uint8Array {
  const master = masters.find(one => nameOf(one) === wrapped.master);
  if (master === undefined) throw wrongKey(masters, wrapped);
  try {
    return opened(master, Buffer.from(wrapped.text, 'base64'), purpose);
  } catch (cause) {
    const message = `The key for ${purpose} was changed since it was wrapped. Restore the store from a backup.`;
    throw new ParleyError('KEY_WRONG', message, { cause });
  }
}

function opened(master: Uint8Array, sealed: Buffer, purpose: string): Uint8Array {
  const cipherEnd = sealed.length - tagLength;
  const decipher = createDecipheriv('aes-256-gcm', master, sealed.subarray(0, nonceLength), {
    authTagLength: tagLength,
  });
  decipher.setAAD(Buffer.from(purpose)).setAuthTag(sealed.subarray(cipherEnd));
  return Buffer.concat([decipher.update(sealed.subarray(nonceLength, cipherEnd)), decipher.final()]);
}

const wrongKey = (masters: readonly Uint8Array[], { master }: WrappedKey): ParleyError =>
  new ParleyError(
    'KEY_WRONG',
    `The store is sealed with the master key ${master}, and this is ${masters.map(nameOf).join(', ')}. Give Parley the right one ` +
      '(PARLEY_MASTER_KEY, or the key file). Nothing was changed.',
  );

/** A key as people write it: 64 hexadecimal digits, or 32 bytes in Base64. Undefined for anything else. */
export function parseKey(text: string): Uint8Array | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  if (!/^[\w+/-]{43}=?$/.test(text)) return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length === keyLength ? key : undefined;
}

export const newKey = (): string => randomBytes(keyLength).toString('base64');
