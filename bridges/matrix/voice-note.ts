import type { Attachment } from '../../src/core/message.ts';
import { isRecord } from './raw-event.ts';

/** Marks a recording as spoken to somebody, and tells of the sound. https://github.com/matrix-org/matrix-spec-proposals/pull/3245 */
const mark = 'org.matrix.msc3245.voice';
const details = 'org.matrix.msc1767.audio';

const longestSeconds = 24 * 3600;
const isLength = (seconds: number): boolean => seconds >= 0 && seconds <= longestSeconds;

/** Whether a message is a voice note; undefined: it is none. */
export function voiceIn(content: Readonly<Record<string, unknown>>): Attachment['voice'] {
  if (content.msgtype !== 'm.audio' || !isRecord(content[mark])) return undefined;
  const told = [content[details], content.info].map(one => (isRecord(one) ? one.duration : undefined));
  const seconds = told.map(one => (typeof one === 'number' ? one / 1_000 : -1)).find(isLength);
  return { seconds: seconds === undefined ? null : Math.round(seconds) };
}

const sampleRate = 48_000;
const pageMark = 'OggS';
const headMark = 'OpusHead';
/** The identification header stands on the first page. */
const headWithin = 64;

/**
 * What makes a sound show as a voice note; nothing where it is no Opus in Ogg, which is what clients record them as. Its length stands on its last page.
 * https://www.rfc-editor.org/rfc/rfc7845#section-4
 */
export function asVoice({ mimeType, data }: { readonly mimeType: string; readonly data: Uint8Array }): {
  readonly marks: Readonly<Record<string, object>>;
  readonly info: { readonly duration?: number };
} {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const [head, last] = [bytes.subarray(0, headWithin).indexOf(headMark), bytes.lastIndexOf(pageMark)];
  const isOpus = mimeType === 'audio/ogg' && bytes.indexOf(pageMark) === 0 && head >= 0;
  if (!isOpus || last + 14 > bytes.length || head + 12 > bytes.length) return { marks: {}, info: {} };
  const samples = Number(bytes.readBigUInt64LE(last + 6)) - bytes.readUInt16LE(head + 10);
  if (!isLength(samples / sampleRate)) return { marks: { [mark]: {} }, info: {} };
  const duration = Math.round((samples / sampleRate) * 1_000);
  return { marks: { [mark]: {}, [details]: { duration } }, info: { duration } };
}
