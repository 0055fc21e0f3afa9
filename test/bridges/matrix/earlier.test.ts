import { MatrixError } from 'matrix-js-sdk/lib/http-api/errors.js';
import { expect, it } from 'vitest';
import { earlier } from '../../../bridges/matrix/earlier.ts';
import { matrix } from '../../../bridges/matrix/names.ts';
import { agentId, chatId } from '../../../src/core/ids.ts';
import { heldClock } from '../../fakes/clock.ts';
import { names } from './fake-world.ts';
import { recordedRequests } from './recorded-requests.ts';

const ada = agentId('ada');
const chat = chatId(matrix, '!room:parley.test');

const said = (nth: number, sender = '@mara:parley.test') => ({
  event_id: `$${nth}`,
  sender,
  type: 'm.room.message',
  origin_server_ts: nth,
  content: { msgtype: 'm.text', body: `number ${nth}` },
});

/** A room that shows its history so, with pages of it, the newest first. */
function room(visibility: string | null, pages: readonly (readonly unknown[])[]) {
  const { requests, lines } = recordedRequests(({ path, query }) => {
    if (path.includes('history_visibility')) {
      if (visibility !== null) return { history_visibility: visibility };
      throw new Error('not found', { cause: new MatrixError({ errcode: 'M_NOT_FOUND' }, 404) });
    }
    if (path.includes('m.room.member')) return { event_id: '$joined' };
    if (path.includes('/context/')) return { start: '0' };
    const at = Number(query?.from);
    return { chunk: pages[at] ?? [], ...(at + 1 < pages.length ? { end: String(at + 1) } : {}) };
  });
  const options = { requests, names, clock: heldClock(), cipher: null };
  const read = async (limit: number) => {
    const { messages, unreadable } = await earlier(options, { chat, as: ada, inviter: null, limit });
    return { texts: messages.map(message => ('text' in message ? message.text : '')), unreadable };
  };
  return { read, lines };
}

it('what people said before an agent came in is read backwards from there, the latest of it', async () => {
  const ours = said(3, names.userId(ada));
  const topic = { ...said(2), type: 'm.room.topic', state_key: '', content: { topic: 'x' } };
  const { read, lines } = room('shared', [
    [said(5), ours, topic],
    [said(1), said(0)],
  ]);
  expect(await read(2)).toEqual({ texts: ['number 1', 'number 5'], unreadable: 0 });
  expect(lines.some(line => line.includes('/context/$joined'))).toBe(true);
});

it.each(['joined', 'invited', null])(
  'nothing is read where the room shows newcomers nothing (%s)',
  async visibility => {
    const { read, lines } = room(visibility, [[said(1)]]);
    expect((await read(10)).texts).toEqual([]);
    expect(lines).toHaveLength(1);
  },
);

it('a room that never ends is read only so far, and what is malformed is passed over', async () => {
  const endless = Array.from({ length: 50 }, () => [{ type: 'm.room.message' }, 'junk', null]);
  const { read, lines } = room('world_readable', endless);
  expect((await read(10)).texts).toEqual([]);
  expect(lines.filter(line => line.includes('/messages'))).toHaveLength(5);
});
