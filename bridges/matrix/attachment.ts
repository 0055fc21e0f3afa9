import type { Attachment, Said } from '../../src/core/message.ts';
import { cleanLine, cleanText } from './grammar.ts';
import { isRecord } from './raw-event.ts';
import { sealedFile, sourceOf } from './sealed-file.ts';
import { voiceIn } from './voice-note.ts';

const longestName = 255;
const withContent: ReadonlySet<Said['messageType']> = new Set(['image', 'file', 'audio', 'video']);
export const contentUri = /^mxc:\/\/([A-Za-z0-9.:[\]-]{1,255})\/([A-Za-z0-9_-]{1,255})$/;
const mediaType = /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/;

/** https://spec.matrix.org/v1.16/client-server-api/#mfile. Null where there is no content that can be read. */
export function toAttachment(content: Readonly<Record<string, unknown>>, type: Said['messageType']): Attachment | null {
  const source = withContent.has(type) ? sourceIn(content) : null;
  if (source === null) return null;
  const info = isRecord(content.info) ? content.info : {};
  const name = typeof content.filename === 'string' ? content.filename : String(content.body ?? '');
  const size = Number.isSafeInteger(info.size) && Number(info.size) >= 0 ? Number(info.size) : null;
  const mimeType = typeof info.mimetype === 'string' && mediaType.test(info.mimetype) ? info.mimetype : unknownType;
  const voice = voiceIn(content);
  const facts = { name: cleanLine(cleanText(name), longestName) || type, mimeType, size, source };
  return voice === undefined ? facts : { ...facts, voice };
}

/** In an encrypted room the content is sealed, and the message says what opens it. */
function sourceIn({ url, file }: Readonly<Record<string, unknown>>): string | null {
  const sealed = sealedFile.safeParse(file);
  if (sealed.success) return sourceOf(sealed.data);
  return typeof url === 'string' && contentUri.test(url) ? url : null;
}

const unknownType = 'application/octet-stream';
