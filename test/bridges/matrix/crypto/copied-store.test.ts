import { MatrixError } from 'matrix-js-sdk/lib/http-api/errors.js';
import { describe, expect, it } from 'vitest';
import { agentId } from '../../../../src/core/ids.ts';
import type { Store } from '../../../../src/ports/store.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keyServer, names } from './key-server.ts';
import { ada, bruno, engineAt } from './two-sides.ts';

const clara = agentId('clara');
const newStore = () => openMemoryStore({ clock: heldClock() });

/** As somebody copies the data folder, with all that stands in it. */
async function copied(store: Store): Promise<Store> {
  const copy = newStore();
  for (const name of ['key_identities', 'key_pages', 'key_uses', 'encrypted_rooms'] as const) {
    const documents = await store.collection(name).find({ limit: 1000 });
    await copy.collection(name).insertAsIs(documents as never);
  }
  return copy;
}

describe('A copy of the store', () => {
  it('that is started when the original has gone on uses none of its keys: a new device, and the same identity', async () => {
    const server = keyServer();
    const store = newStore();
    const original = engineAt(server, store);
    const before = await original.say(ada, 'one', [bruno]);
    const copy = await copied(store);
    await original.say(ada, 'two', [bruno]);
    await original.engine.close();
    const identity = server.identityOf(names.userId(ada));
    const resumed = engineAt(server, copy);
    const event = await resumed.say(ada, 'from the copy', [bruno]);
    expect(event.content.device_id).not.toBe(before.content.device_id);
    expect(event.content.session_id).not.toBe(before.content.session_id);
    expect(server.identityOf(names.userId(ada))).toEqual(identity);
    expect(JSON.stringify(resumed.log.lines)).toContain('gone on elsewhere');
    // The original, started once more, is the one behind now.
    const again = await engineAt(server, store).say(ada, 'three', [bruno]);
    expect([before, event].map(({ content }) => content.device_id)).not.toContain(again.content.device_id);
  });

  it('is found out also where the original was killed, some seconds after it had spoken', async () => {
    const server = keyServer();
    const store = newStore();
    const original = engineAt(server, store);
    const before = await original.say(ada, 'one', [bruno]);
    const copy = await copied(store);
    await original.say(ada, 'two', [bruno]);
    await original.clock.advance(15_000);
    const event = await engineAt(server, copy).say(ada, 'from the copy', [bruno]);
    expect(event.content.device_id).not.toBe(before.content.device_id);
  });

  it('is found out also where the original was killed at once, by what it had said in the room', async () => {
    const server = keyServer();
    const store = newStore();
    const original = engineAt(server, store);
    const before = await original.say(ada, 'one', [bruno]);
    const identity = server.identityOf(names.userId(ada));
    const copy = await copied(store);
    const after = await original.say(ada, 'two', [bruno]);
    const resumed = engineAt(server, copy);
    const event = await resumed.say(ada, 'from the copy', [bruno]);
    expect(after.content.session_id).toBe(before.content.session_id);
    expect(event.content.session_id).not.toBe(before.content.session_id);
    expect(event.content.device_id).not.toBe(before.content.device_id);
    expect(server.identityOf(names.userId(ada))).toEqual(identity);
    expect(JSON.stringify(resumed.log.lines)).toContain('gone on elsewhere');
    const next = await resumed.say(ada, 'and on', [bruno]);
    expect(next.content.session_id).toBe(event.content.session_id);
  });

  it('is found out where the original had only given its key to a device, before anything stood in the room', async () => {
    const server = keyServer();
    const store = newStore();
    const original = engineAt(server, store);
    await engineAt(server, newStore()).engine.prepare(clara);
    const before = await original.say(ada, 'one', [bruno]);
    const copy = await copied(store);
    await original.say(ada, 'two', [bruno, clara]);
    server.timeline.pop();
    const event = await engineAt(server, copy).say(ada, 'from the copy', [bruno, clara]);
    expect(event.content.device_id).not.toBe(before.content.device_id);
  });

  it('is none where the same store is opened again, killed or not, or by another process', async () => {
    const server = keyServer();
    const store = newStore();
    const first = engineAt(server, store);
    const { content } = await first.say(ada, 'one', [bruno]);
    await first.clock.advance(15_000);
    await first.say(ada, 'not marked', [bruno]);
    const second = engineAt(server, store);
    expect((await second.say(ada, 'two', [bruno])).content.device_id).toBe(content.device_id);
    expect((await first.say(ada, 'three', [bruno])).content.device_id).toBe(content.device_id);
    await second.engine.close();
    expect((await engineAt(server, store).say(ada, 'four', [bruno])).content.device_id).toBe(content.device_id);
  });

  it('costs one look into a room for each session that goes on after the device was opened', async () => {
    const server = keyServer();
    const store = newStore();
    const first = engineAt(server, store);
    await first.say(ada, 'one', [bruno]);
    await first.engine.close();
    const second = engineAt(server, store);
    for (const text of ['two', 'three', 'four']) await second.say(ada, text, [bruno]);
    expect(server.sent.filter(({ path }) => path.includes('/messages'))).toHaveLength(1);
  });

  it('costs one request for each time that the device is opened, and one after some seconds of quiet', async () => {
    const server = keyServer();
    const alice = engineAt(server, newStore());
    const marks = () => server.sent.filter(({ path }) => path.includes('account_data')).map(({ method }) => method);
    await alice.say(ada, 'one', []);
    expect(marks()).toEqual(['GET', 'PUT']);
    for (const text of ['two', 'three', 'four']) await alice.say(ada, text, []);
    expect(server.sent.filter(({ path }) => path.includes('/messages'))).toHaveLength(0);
    await alice.clock.advance(15_000);
    expect(marks()).toEqual(['GET', 'PUT', 'PUT']);
    await alice.clock.advance(60_000);
    expect(marks()).toHaveLength(3);
  });

  it('is not found out where the homeserver keeps nothing for agents; they talk there all the same', async () => {
    const server = keyServer();
    server.beforeEach(({ path }) => {
      if (path.includes('account_data'))
        throw new Error('refused', { cause: new MatrixError({ errcode: 'M_FORBIDDEN' }, 403) });
    });
    const alice = engineAt(server, newStore());
    expect((await alice.say(ada, 'one', [])).content.ciphertext).toBeDefined();
    await alice.engine.close();
  });
});
