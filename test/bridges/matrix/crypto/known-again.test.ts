import { expect, it, onTestFinished } from 'vitest';
import { makeCipher } from '../../../../bridges/matrix/crypto/cipher.ts';
import { history } from '../../../../bridges/matrix/history.ts';
import { matrix } from '../../../../bridges/matrix/names.ts';
import type { RawEvent } from '../../../../bridges/matrix/raw-event.ts';
import type { MatrixRequest } from '../../../../bridges/matrix/requests.ts';
import type { Chat } from '../../../../src/core/chat.ts';
import { agentId, chatId, messageId } from '../../../../src/core/ids.ts';
import type { Message } from '../../../../src/core/message.ts';
import type { Store } from '../../../../src/ports/store.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keptLog } from '../kept-log.ts';
import { keyServer, names } from './key-server.ts';
import { ada, engineAt, room } from './two-sides.ts';

/** Somebody else, whose device is made as those of agents are. */
const mara = agentId('mara');
const herId = names.userId(mara);
const parleys = { ...names, agent: (id: string) => (id === herId ? null : names.agent(id)) };
const adasDevices = (server: ReturnType<typeof keyServer>): string[] =>
  [...server.devices.keys()].filter(name => name.startsWith(names.userId(ada)));

/** Parley over a store, in a room with Ada in which Mara writes. */
function parleyAt(server: ReturnType<typeof keyServer>, store: Store) {
  const clock = heldClock();
  const told: string[] = [];
  const call = async (request: MatrixRequest): Promise<unknown> => {
    if (request.path.includes('m.room.encryption')) return { algorithm: 'm.megolm.v1.aes-sha2' };
    const isPage = request.path.endsWith('/messages') && request.query?.filter === undefined;
    return isPage ? { chunk: server.timeline.toReversed() } : server.requests.call(request);
  };
  const requests = { ...server.requests, call };
  const parts = { names: parleys, clock, log: keptLog(), requests };
  const deliver = async ({ _id }: { readonly _id: string }): Promise<void> => void told.push(_id);
  const cipher = makeCipher({ ...parts, store, onlyEncrypted: false, deliver });
  onTestFinished(() => cipher.close());
  const found = async (): Promise<string[]> => {
    const page = await history({ ...parts, cipher }, { chat: chatId(matrix, room), as: ada, since: null, limit: 50 });
    return page.events.map(({ _id }) => _id);
  };
  return { cipher, clock, told, found };
}

/** An installation in whose log the first message is, as it is when it was restored: all but the journals of keys. */
async function restored(server: ReturnType<typeof keyServer>, before: Store, answered: RawEvent): Promise<Store> {
  const store = openMemoryStore({ clock: heldClock() });
  for (const name of ['key_identities', 'encrypted_rooms', 'key_uses'] as const)
    await store.collection(name).insertAsIs((await before.collection(name).find({ limit: 10 })) as never);
  const chat = { _id: chatId(matrix, room), participants: [names.member(names.userId(ada))] };
  await store.collection('chats').insert([chat as unknown as Chat]);
  await store.collection('messages').insert([{ _id: idOf(answered), order: 1 } as Message]);
  expect(adasDevices(server)).toHaveLength(1);
  return store;
}

const idOf = ({ event_id }: RawEvent) => messageId(matrix, event_id);

async function scene(alsoSaid: readonly string[]) {
  const server = keyServer();
  const store = openMemoryStore({ clock: heldClock() });
  const before = parleyAt(server, store);
  await before.cipher.prepare(ada);
  const hers = engineAt(server, openMemoryStore({ clock: heldClock() }));
  const answered = await hers.say(mara, 'answered', [ada]);
  await before.cipher.isIn(room, ada, true);
  const later: RawEvent[] = [];
  for (const text of alsoSaid) later.push(await hers.say(mara, text, [ada]));
  await before.cipher.close();
  const [former] = adasDevices(server);
  const after = parleyAt(server, await restored(server, store, answered));
  return { server, hers, answered, later, former, after };
}

it('After a restore nobody is told that what was answered before can’t be read, only what nobody ever read', async () => {
  const { answered, later, after } = await scene(['missed']);
  expect(await after.found()).toEqual([idOf(answered)]);
  await after.clock.advance(60_000);
  expect(after.told).toEqual(later.map(event => `${idOf(event)}~sealed`));
});

it('After a restore an agent has its new device when its room has been read, and so reads what is said first', async () => {
  const { server, hers, answered, former, after } = await scene([]);
  expect(await after.found()).toEqual([idOf(answered)]);
  const devices = adasDevices(server);
  expect(devices).toHaveLength(1);
  expect(devices).not.toContain(former);
  const first = await hers.say(mara, 'first after the restore', [ada]);
  expect(await after.cipher.read(first)).toMatchObject({
    kind: 'raw',
    raw: { content: { body: 'first after the restore' } },
  });
  await after.clock.advance(60_000);
  expect(after.told).toEqual([]);
});
