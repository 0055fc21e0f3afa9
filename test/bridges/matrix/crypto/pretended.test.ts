import { MatrixError } from 'matrix-js-sdk/lib/http-api/errors.js';
import { expect, it } from 'vitest';
import { makeCipher } from '../../../../bridges/matrix/crypto/cipher.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keptLog } from '../kept-log.ts';
import { recordedRequests } from '../recorded-requests.ts';
import { names } from './key-server.ts';
import { ada, room } from './two-sides.ts';

/** Whether what Ada says is sealed after a stranger has put an encrypted event into a room with this state. */
async function isSealedAfterwards(encryption: () => unknown): Promise<boolean> {
  const clock = heldClock();
  const store = openMemoryStore({ clock });
  const { requests } = recordedRequests(({ path }) => {
    if (path.includes('m.room.encryption')) return encryption();
    throw new Error('Nobody answers.');
  });
  const cipher = makeCipher({
    store,
    requests,
    names,
    clock,
    log: keptLog(),
    onlyEncrypted: false,
    deliver: async () => undefined,
  });
  const common = { room_id: room, origin_server_ts: 1 };
  const sender = names.userId(ada);
  const joined = { type: 'm.room.member', state_key: sender, sender, content: { membership: 'join' } };
  const content = { algorithm: 'm.megolm.v1.aes-sha2', session_id: 'none', ciphertext: 'AwgA' };
  await cipher.read({ ...common, ...joined, event_id: '$joined' });
  await cipher.read({ ...common, type: 'm.room.encrypted', event_id: '$junk', sender: '@eve:else.test', content });
  const isSealed = await cipher.mustSeal(room, ada, false);
  await cipher.close();
  return isSealed;
}

it('a plain room does not become an encrypted one because somebody puts an encrypted event into it', async () => {
  const noState = (): never => {
    throw new Error('not found', { cause: new MatrixError({ errcode: 'M_NOT_FOUND' }, 404) });
  };
  expect(await isSealedAfterwards(noState)).toBe(false);
});

it('where the room says so, or nobody knows, what is said there is sealed', async () => {
  expect(await isSealedAfterwards(() => ({ algorithm: 'm.megolm.v1.aes-sha2' }))).toBe(true);
  const silence = (): never => {
    throw new Error('Nobody answers.');
  };
  expect(await isSealedAfterwards(silence)).toBe(true);
});
