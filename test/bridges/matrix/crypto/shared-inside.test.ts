import { expect, it, onTestFinished } from 'vitest';
import { makeCipher } from '../../../../bridges/matrix/crypto/cipher.ts';
import type { MatrixRequest } from '../../../../bridges/matrix/requests.ts';
import { agentId } from '../../../../src/core/ids.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keptLog } from '../kept-log.ts';
import { keyServer, names } from './key-server.ts';
import { ada, bruno, engineAt, room } from './two-sides.ts';

const clara = agentId('clara');
const ours = [ada, bruno, clara];
/** Somebody else, whose device is made as those of agents are. */
const mara = agentId('mara');
const herId = names.userId(mara);
const parleys = { ...names, agent: (id: string) => (id === herId ? null : names.agent(id)) };

/** An encrypted room of three agents of ours and a person, all with devices. */
async function scene() {
  const server = keyServer();
  const store = openMemoryStore({ clock: heldClock() });
  const join = (id: string) => ({
    room_id: room,
    event_id: `$${id}`,
    sender: id,
    origin_server_ts: 1,
    type: 'm.room.member',
    state_key: id,
    content: { membership: 'join' },
  });
  const joins = [...ours, mara].map(agent => join(names.userId(agent)));
  async function call(request: MatrixRequest): Promise<unknown> {
    if (request.path.endsWith('/members')) return { chunk: joins };
    if (request.path.includes('m.room.encryption')) return { algorithm: 'm.megolm.v1.aes-sha2' };
    if (request.path.includes('/state/')) return { history_visibility: 'shared' };
    return server.requests.call(request);
  }
  const requests = { ...server.requests, call };
  const parts = { store, requests, names: parleys, clock: heldClock(), log: keptLog(), onlyEncrypted: false };
  const cipher = makeCipher({ ...parts, deliver: async () => undefined });
  onTestFinished(() => cipher.close());
  const hers = engineAt(server, openMemoryStore({ clock: heldClock() }));
  await hers.engine.prepare(mara);
  for (const agent of ours) await cipher.prepare(agent);
  for (const event of joins) await cipher.read(event);
  const letters = (to: string) =>
    [...server.devices].filter(([name]) => name.startsWith(`${to} `)).flatMap(([, { mail }]) => mail).length;
  return { server, cipher, hers, letters };
}

it('what an agent says goes sealed to people, and no key of it to other agents of ours, who hear it inside of Parley', async () => {
  const { server, cipher, letters } = await scene();
  const before = server.sent.length;
  const content = { msgtype: 'm.text', body: 'for all of us' };
  const sealed = await cipher.seal({ room, as: ada, type: 'm.room.message', content });
  expect(sealed.algorithm).toBe('m.megolm.v1.aes-sha2');
  expect([herId, ...[bruno, clara].map(names.userId)].map(letters)).toEqual([1, 0, 0]);
  const asked = JSON.stringify(server.sent.slice(before).map(({ path, body }) => ({ path, body })));
  expect(asked).toContain(herId);
  for (const other of [bruno, clara]) expect(asked).not.toContain(names.userId(other));
});

it('what a person says is read by one agent for all of them, though all have got the key', async () => {
  const { server, cipher, hers, letters } = await scene();
  const said = [];
  for (const text of ['one', 'two', 'three', 'four'])
    said.push(await hers.say(mara, text, ours, { rotationMessages: 2 }));
  const waiting = () => ours.map(names.userId).map(letters);
  expect(waiting()).toEqual([2, 2, 2]);
  const before = server.sent.length;
  for (const event of said) {
    const { content } = event;
    expect(await cipher.read(event)).toMatchObject({ kind: 'raw', raw: { event_id: event.event_id } });
    expect(content.algorithm).toBe('m.megolm.v1.aes-sha2');
  }
  const readers = new Set(server.sent.slice(before).map(({ as }) => as));
  expect([...readers]).toEqual([ada]);
});
