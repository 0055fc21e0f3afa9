import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';

/** The form of what is sealed: `p1.<number of the key>.<nonce, cipher text and tag in Base64>`. AES-256-GCM. */
const form = 'p1';
const nonceLength = 12;
const tagLength = 16;
/** Random bytes come cheaper many at once. */
const noncesAtOnce = 1024;

let nonces = Buffer.alloc(0);
let usedNonces = 0;

function nextNonce(): Buffer {
  if (usedNonces >= nonces.length) {
    nonces = randomBytes(nonceLength * noncesAtOnce);
    usedNonces = 0;
  }
  usedNonces += nonceLength;
  return nonces.subarray(usedNonces - nonceLength, usedNonces);
}

/** Seals a text. It opens only with the same key and `context`: what it is and where it stands. */
export function sealText(
  text: string,
  key: { readonly id: string; readonly secret: KeyObject },
  context: string,
): string {
  const nonce = nextNonce();
  const cipher = createCipheriv('aes-256-gcm', key.secret, nonce).setAAD(Buffer.from(context));
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return `${form}.${key.id}.${sealed.toString('base64')}`;
}

/** The number of the key that sealed this, or null where it is nothing sealed. */
export function keyIdOf(sealed: unknown): string | null {
  if (typeof sealed !== 'string' || !sealed.startsWith(`${form}.`)) return null;
  const end = sealed.indexOf('.', form.length + 1);
  return end < 0 ? null : sealed.slice(form.length + 1, end);
}

/** The text that was sealed. Throws where it was changed, or sealed with another key or for another context. */
export function openText(sealed: string, secret: KeyObject, context: string): string {
  const bytes = Buffer.from(sealed.slice(sealed.lastIndexOf('.') + 1), 'base64');
  const cipherEnd = bytes.length - tagLength;
  const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, nonceLength), {
    authTagLength: tagLength,
  });
  decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(cipherEnd));
  const text = decipher.update(bytes.subarray(nonceLength, cipherEnd), undefined, 'utf8');
  return text + decipher.final('utf8');
}
