import { createCipheriv, createDecipheriv, createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { ParleyError } from '../../src/core/errors.ts';

const contentUri = z.string().regex(/^mxc:\/\/[A-Za-z0-9.:[\]-]{1,255}\/[A-Za-z0-9_-]{1,255}$/);
const base64 = z.string().max(100);

/** The `file` of a message in an encrypted room. https://spec.matrix.org/v1.16/client-server-api/#sending-encrypted-attachments */
export const sealedFile = z.object({
  url: contentUri,
  key: z.object({
    kty: z.literal('oct'),
    alg: z.literal('A256CTR'),
    k: base64,
    key_ops: z.array(z.string()).max(10),
    ext: z.literal(true),
  }),
  iv: base64,
  hashes: z.object({ sha256: base64 }),
  v: z.literal('v2'),
});

export type SealedFile = z.infer<typeof sealedFile>;

const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

/** Seals a content with a key of its own, which goes with the message. `at` gives it its address. */
export function sealFile(content: Uint8Array): {
  readonly bytes: Uint8Array;
  readonly at: (url: string) => SealedFile;
} {
  const key = randomBytes(32);
  // The lower half counts blocks, from 0.
  const iv = Buffer.concat([randomBytes(8), Buffer.alloc(8)]);
  const cipher = createCipheriv('aes-256-ctr', key, iv);
  const bytes = Buffer.concat([cipher.update(content), cipher.final()]);
  return {
    bytes,
    at: url => ({
      url,
      key: { kty: 'oct', alg: 'A256CTR', k: key.toString('base64url'), key_ops: ['encrypt', 'decrypt'], ext: true },
      iv: unpadded(iv),
      hashes: { sha256: unpadded(createHash('sha256').update(bytes).digest()) },
      v: 'v2',
    }),
  };
}

/** The content. Refuses one that is not what the message promised. */
export function openFile(bytes: Uint8Array, { key, iv, hashes }: SealedFile): Uint8Array {
  const hash = createHash('sha256').update(bytes).digest();
  const promised = Buffer.from(hashes.sha256, 'base64');
  const [secret, start] = [Buffer.from(key.k, 'base64url'), Buffer.from(iv, 'base64')];
  const isWhole = promised.length === hash.length && timingSafeEqual(promised, hash);
  if (!isWhole || secret.length !== 32 || start.length !== 16) {
    const message =
      'An encrypted file is not what its message says: it was changed on the way. Ask for it to be sent again.';
    throw new ParleyError('ENCRYPTION_FAILED', message);
  }
  const decipher = createDecipheriv('aes-256-ctr', secret, start);
  return Buffer.concat([decipher.update(bytes), decipher.final()]);
}

const mark = '#';

/** How an attachment's source names a sealed file: its address, and what opens it. */
export const sourceOf = ({ url, ...rest }: SealedFile): string =>
  `${url}${mark}${Buffer.from(JSON.stringify(rest)).toString('base64url')}`;

/** A source taken apart; null where it names no sealed file. */
export function fileOf(source: string): SealedFile | null {
  const at = source.indexOf(mark);
  if (at < 0) return null;
  try {
    const rest: unknown = JSON.parse(Buffer.from(source.slice(at + 1), 'base64url').toString());
    return sealedFile.parse({ ...Object(rest), url: source.slice(0, at) });
  } catch {
    return null;
  }
}
