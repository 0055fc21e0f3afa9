import type { Attachment, Said } from '../../src/core/message.ts';
import { cleanLine, cleanText } from './grammar.ts';
import { isRecord } from './raw-event.ts';

const longestName = 255;
const withContent: ReadonlySet<Said['messageType']> = new Set(['image', 'file', 'audio', 'video']);
export const contentUri = /^mxc:\/\/([A-Za-z0-9.:[\]-]{1,255})\/([A-Za-z0-9_-]{1,255})$/;
const mediaType = /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/;

/** https://spec.matrix.org/v1.16/client-server-api/#mfile. Null where there is no content that can be read. */
export function toAttachment(content: Readonly<Record<string, unknown>>, type: Said['messageType']): Attachment | null {
  if (!withContent.has(type) || typeof content.url !== 'string' || !contentUri.test(content.url)) return null;
  const info = isRecord(content.info) ? content.info : {};
  const name = typeof content.filename === 'string' ? content.filename : String(content.body ?? '');
  const size = Number.isSafeInteger(info.size) && Number(info.size) >= 0 ? Number(info.size) : null;
  const mimeType = typeof info.mimetype === 'string' && mediaType.test(info.mimetype) ? info.mimetype : unknownType;
  return { name: cleanLine(cleanText(name), longestName) || type, mimeType, size, source: content.url };
}

const unknownType = 'application/octet-stream';
