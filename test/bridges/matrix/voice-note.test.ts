import { describe, expect, it } from 'vitest';
import { fromFile } from '../../../bridges/matrix/from-event.ts';
import { matrix } from '../../../bridges/matrix/names.ts';
import { fileOf, openFile, sealedFile, sealFile, sourceOf } from '../../../bridges/matrix/sealed-file.ts';
import { agentId, chatId } from '../../../src/core/ids.ts';
import { opusNote } from '../../fixtures/opus-note.ts';

const where = {
  chat: chatId(matrix, '!room:parley.test'),
  as: agentId('ada'),
  deliveryId: 'turn/0',
  thread: null,
  replyTo: null,
  people: null,
  mark: { turn: 'turn', part: 0, state: 'complete', trigger: null },
} as const;
const url = 'mxc://parley.test/a';
const sent = (name: string, mimeType: string, data: Uint8Array) =>
  fromFile({ ...where, file: { name, mimeType, data } }, { url });

describe('what an agent has spoken', () => {
  it('shows as a voice note, with its length, where it is recorded as clients record one', () => {
    expect(sent('answer.ogg', 'audio/ogg', opusNote(2.5))).toMatchObject({
      msgtype: 'm.audio',
      url,
      'org.matrix.msc3245.voice': {},
      'org.matrix.msc1767.audio': { duration: 2_500 },
      info: { mimetype: 'audio/ogg', duration: 2_500 },
    });
  });

  it('shows as one in an encrypted room, too, and only who has the message can open it', () => {
    const note = opusNote(1);
    const { bytes, at } = sealFile(note);
    const content = fromFile(
      { ...where, file: { name: 'a.ogg', mimeType: 'audio/ogg', data: note } },
      { file: at(url) },
    );
    expect(content).toMatchObject({ 'org.matrix.msc3245.voice': {}, 'org.matrix.msc1767.audio': { duration: 1_000 } });
    expect(content).not.toHaveProperty('url');
    const file = fileOf(sourceOf(sealedFile.parse(content.file)));
    expect(file && Buffer.from(openFile(bytes, file)).equals(Buffer.from(note))).toBe(true);
  });

  it('is a sound as any other where it is not, or is cut off', () => {
    for (const [mimeType, data] of [
      ['audio/mpeg', opusNote(1)],
      ['audio/ogg', new TextEncoder().encode('OggS, but a text')],
      ['audio/ogg', opusNote(1).subarray(0, 30)],
      ['audio/ogg', new Uint8Array()],
    ] as const)
      expect(sent('a', mimeType, data)).not.toHaveProperty('org.matrix.msc3245.voice');
    expect(sent('a.ogg', 'audio/ogg', opusNote(-1))).toMatchObject({
      'org.matrix.msc3245.voice': {},
      info: { size: expect.any(Number) },
    });
    expect(sent('a.ogg', 'audio/ogg', opusNote(-1))).not.toHaveProperty('org.matrix.msc1767.audio');
  });
});
