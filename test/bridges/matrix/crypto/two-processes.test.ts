import { MatrixError } from 'matrix-js-sdk/lib/http-api/errors.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeCipher } from '../../../../bridges/matrix/crypto/cipher.ts';
import { matrix } from '../../../../bridges/matrix/names.ts';
import type { MatrixRequest } from '../../../../bridges/matrix/requests.ts';
import { joining } from '../../../../bridges/matrix/rooms.ts';
import { sending } from '../../../../bridges/matrix/send.ts';
import { chatId, messageId, turnId } from '../../../../src/core/ids.ts';
import type { Delivery } from '../../../../src/ports/bridge.ts';
import type { Store } from '../../../../src/ports/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keptLog } from '../kept-log.ts';
import { keyServer, names } from './key-server.ts';
import { openStore } from './stores.ts';
import { ada, room } from './two-sides.ts';

const chat = chatId(matrix, room);
const encryption = { algorithm: 'm.megolm.v1.aes-sha2' };
const becomes = { room_id: room, event_id: '$e', sender: '@mara:keys.test', origin_server_ts: 1, content: encryption };
const encryptionEvent = { ...becomes, type: 'm.room.encryption', state_key: '' };

/** A homeserver with one room, which may become encrypted, and processes of Parley at it that share a store. */
function installation(store: Store) {
  const server = keyServer();
  const state = { encrypted: false };
  const sent: string[] = [];
  const looks: MatrixRequest[] = [];
  const calls: string[] = [];

  function answer(request: MatrixRequest): Promise<unknown> | unknown {
    const { path, body } = request;
    calls.push(`${request.method} ${path}`);
    if (path.endsWith('/join')) return { room_id: room };
    if (path.endsWith('/members')) return { chunk: [] };
    if (path.includes('/state/')) {
      looks.push(request);
      if (path.includes('m.room.encryption') && state.encrypted) return encryption;
      throw new Error('not found', { cause: new MatrixError({ errcode: 'M_NOT_FOUND' }, 404) });
    }
    if (!path.includes('/send/')) return server.requests.call(request);
    sent.push(`${path.split('/').at(-2)} ${JSON.stringify(body)}`);
    return { event_id: `$${sent.length}` };
  }

  function process() {
    const requests = { ...server.requests, call: async (request: MatrixRequest) => answer(request) };
    const parts = { store, requests, names, clock: heldClock(), log: keptLog(), onlyEncrypted: false };
    const cipher = makeCipher({ ...parts, deliver: async () => undefined });
    onTestFinished(() => cipher.close());
    let count = 0;
    /** As a worker does it that knows only what the store told it when it began. */
    const say = (text: string) => {
      count += 1;
      const delivery: Delivery = {
        chat,
        as: ada,
        deliveryId: `${text} ${count}`,
        body: { kind: 'markdown', text, notice: false },
        thread: null,
        replyTo: null,
        people: null,
        mark: { turn: turnId(messageId(matrix, '$0'), ada), part: 0, state: 'complete', trigger: null },
        encrypted: false,
      };
      return sending({ requests, cipher }).send(delivery);
    };
    const join = () => joining({ requests, names, clock: heldClock(), cipher }).join(chat, ada);
    return { cipher, say, join };
  }
  return { process, state, sent, looks, calls, devices: server.devices };
}

describe.each(['sqlite', 'memory'] as const)('Two processes on one store (%s)', kind => {
  it('never say in the clear what one of them knows to be secret, though the other hears of it by nobody', async () => {
    const { process, state, sent } = installation(await openStore[kind]());
    const [taker, worker] = [process(), process()];
    await worker.say('in the open');
    expect(sent[0]).toMatch(/^m\.room\.message .*in the open/);
    state.encrypted = true;
    await taker.cipher.read(encryptionEvent);
    await worker.say('behind the curtain');
    expect(sent[1]).toMatch(/^m\.room\.encrypted /);
    expect(sent.join()).not.toContain('behind the curtain');
  });

  it('look for themselves before the first word, and after something may have been missed', async () => {
    const { process, state, sent, looks } = installation(await openStore[kind]());
    const plain = process();
    await plain.say('one');
    await plain.say('two');
    expect(looks).toHaveLength(1);
    state.encrypted = true;
    await process().say('three');
    expect(sent[2]).toMatch(/^m\.room\.encrypted /);
    plain.cipher.forget();
    await plain.say('four');
    expect(sent[3]).toMatch(/^m\.room\.encrypted /);
  });

  it('have the keys of an agent ready before any of them has it come in', async () => {
    const { process, devices } = installation(await openStore[kind]());
    const invitation = {
      ...becomes,
      type: 'm.room.member',
      state_key: names.userId(ada),
      content: { membership: 'invite' },
      unsigned: { invite_room_state: [{ type: 'm.room.encryption', state_key: '', content: encryption }] },
    };
    await process().cipher.read({ ...invitation, unsigned: {} });
    expect(devices.size).toBe(0);
    await process().cipher.read(invitation);
    expect([...devices.keys()]).toEqual([expect.stringContaining(names.userId(ada))]);
  });

  it('tell of the keys of an agent once more when it has come in: who saw it invited may have looked before they were there', async () => {
    const { process, calls } = installation(await openStore[kind]());
    const { cipher, join } = process();
    await cipher.read(encryptionEvent);
    await join();
    const after = calls.slice(calls.indexOf(`POST /rooms/${encodeURIComponent(room)}/join`) + 1);
    expect(after).toEqual([expect.stringMatching(/^PUT \/devices\/\w+/)]);
    expect(after[0]).toBe(calls.find(call => call.startsWith('PUT /devices/')));
  });

  it('do not take it back, whatever the homeserver says later', async () => {
    const store = await openStore[kind]();
    const { process, state, sent } = installation(store);
    await process().cipher.read(encryptionEvent);
    state.encrypted = false;
    await process().say('still secret');
    expect(sent[0]).toMatch(/^m\.room\.encrypted /);
  });
});
