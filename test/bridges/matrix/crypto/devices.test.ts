import { MatrixError } from 'matrix-js-sdk/lib/http-api/errors.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RawEvent } from '../../../../bridges/matrix/raw-event.ts';
import { ParleyError } from '../../../../src/core/errors.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keyServer, names } from './key-server.ts';
import { ada, bruno, engineAt } from './two-sides.ts';

const textOf = (read: { kind: string; event?: RawEvent }) => read.event?.content.body ?? read.kind;
const signedOut = new MatrixError({ errcode: 'M_UNKNOWN_DEVICE', error: 'gone' }, 403);
const newStore = () => openMemoryStore({ clock: heldClock() });

describe('An agent’s device', () => {
  it('is made known once, signed by its agent, and the same when it is opened again', async () => {
    const server = keyServer();
    const store = newStore();
    const first = engineAt(server, store);
    await first.engine.prepare(ada);
    await first.engine.close();
    const asked = server.sent.length;
    const again = engineAt(server, store);
    await again.engine.prepare(ada);
    // How far its keys were is looked up.
    expect(server.sent.slice(asked).map(({ method, path }) => `${method} ${path.split('/').at(-2)}`)).toEqual([
      'GET account_data',
    ]);
    const [[, box]] = [...server.devices] as unknown as [[string, { keys: { signatures: object } }]];
    expect(Object.keys(Object.values(box.keys.signatures)[0] ?? {})).toHaveLength(2);
    expect(server.identityOf(names.userId(ada))).toHaveLength(3);
  });

  it('is made to the end wherever the making is broken off', async () => {
    let isDone = false;
    for (let allowed = 0; !isDone; allowed += 1) {
      const server = keyServer();
      const store = newStore();
      server.beforeEach(() => {
        if (server.sent.length >= allowed) throw new ParleyError('BRIDGE_REQUEST_FAILED', 'killed', { retry: true });
      });
      isDone = await engineAt(server, store)
        .engine.prepare(ada)
        .then(
          () => true,
          () => false,
        );
      server.beforeEach(() => undefined);
      const after = engineAt(server, store);
      await after.engine.prepare(ada);
      const event = await after.say(ada, 'hello', [bruno]);
      expect(server.devices.size).toBe(1);
      expect(event.content.algorithm).toBe('m.megolm.v1.aes-sha2');
      expect(isDone || allowed < 20).toBe(true);
    }
  });

  it('reads what was said to it, also after it was closed, and nothing is sent twice', async () => {
    const server = keyServer();
    const [mine, theirs] = [newStore(), newStore()];
    const [alice, bob] = [engineAt(server, mine), engineAt(server, theirs)];
    await bob.engine.prepare(bruno);
    const said = [await alice.say(ada, 'one', [bruno]), await alice.say(ada, 'two', [bruno])];
    expect(textOf(await bob.engine.unseal(bruno, said[0] as RawEvent, true))).toBe('one');
    await bob.engine.close();
    const again = engineAt(server, theirs);
    expect(textOf(await again.engine.unseal(bruno, said[1] as RawEvent, false))).toBe('two');
    expect(server.sent.filter(({ path }) => path.startsWith('/sendToDevice'))).toHaveLength(1);
  });

  it('gives no new key to who is not to read any more', async () => {
    const server = keyServer();
    const [alice, bob] = [engineAt(server, newStore()), engineAt(server, newStore())];
    await bob.engine.prepare(bruno);
    const before = await alice.say(ada, 'before', [bruno]);
    const after = await alice.say(ada, 'after', []);
    expect(textOf(await bob.engine.unseal(bruno, before, true))).toBe('before');
    expect(after.content.session_id).not.toBe(before.content.session_id);
    expect(await bob.engine.unseal(bruno, after, true)).toEqual({ kind: 'no key' });
  });

  it('finds devices that somebody gets between their invitation and their coming in, of which the homeserver tells nobody', async () => {
    const server = keyServer();
    const [alice, bob] = [engineAt(server, newStore()), engineAt(server, newStore())];
    await alice.say(ada, 'welcome', [bruno], { invited: [bruno] });
    await bob.engine.prepare(bruno);
    const meanwhile = await alice.say(ada, 'are you coming?', [bruno], { invited: [bruno] });
    expect(textOf(await bob.engine.unseal(bruno, meanwhile, true))).toBe('are you coming?');
    await bob.engine.close();
    server.devices.delete([...server.devices.keys()].find(name => name.startsWith(names.userId(bruno))) ?? '');
    const phone = engineAt(server, newStore());
    await phone.engine.prepare(bruno);
    const there = await alice.say(ada, 'there you are', [bruno]);
    expect(textOf(await phone.engine.unseal(bruno, there, true))).toBe('there you are');
    const queries = () => server.sent.filter(({ as, path }) => as === ada && path === '/keys/query').length;
    const before = queries();
    await alice.say(ada, 'and on', [bruno]);
    expect(queries()).toBe(before);
  });

  it('goes with all its keys when its agent is gone for good', async () => {
    const server = keyServer();
    const store = newStore();
    const alice = engineAt(server, store);
    await alice.say(ada, 'goodbye', []);
    await alice.engine.prepare(bruno);
    for (let times = 0; times < 2; times += 1) await alice.engine.remove(ada);
    const pages = await store.collection('key_pages').find({ limit: 1000 });
    expect(pages.map(({ journal }) => journal.split('/')[0])).toContain('bruno');
    expect(pages.filter(({ journal }) => journal.startsWith('ada/'))).toEqual([]);
    expect(await store.collection('key_identities').get(ada)).toBeNull();
  });

  it('takes a new key after as many messages as the room says', async () => {
    const server = keyServer();
    const alice = engineAt(server, newStore());
    const said: RawEvent[] = [];
    for (let index = 0; index < 7; index += 1) said.push(await alice.say(ada, `${index}`, [], { rotationMessages: 3 }));
    expect(new Set(said.map(({ content }) => content.session_id)).size).toBe(3);
  });

  it('takes a new key after as long as the room says', async () => {
    const server = keyServer();
    const alice = engineAt(server, newStore());
    // The library asks for the time by itself.
    const { now } = Date;
    onTestFinished(() => {
      Date.now = now;
    });
    const sessions = [];
    for (const minutes of [0, 119, 121]) {
      Date.now = () => now() + minutes * 60_000;
      sessions.push((await alice.say(ada, 'hello', [], { rotationMs: 120 * 60_000 })).content.session_id);
    }
    expect(sessions[1]).toBe(sessions[0]);
    expect(sessions[2]).not.toBe(sessions[0]);
  });

  it('goes on with the algorithm with which a room began, whatever it names later, and begins with none that it does not know', async () => {
    const server = keyServer();
    const store = newStore();
    const other = { algorithm: 'org.example.rot13' };
    const bob = engineAt(server, newStore());
    await bob.engine.prepare(bruno);
    const alice = engineAt(server, store);
    await expect(alice.say(ada, 'hello', [bruno], other)).rejects.toThrow('org.example.rot13');
    await alice.say(ada, 'hello', [bruno]);
    await alice.engine.close();
    const said = await engineAt(server, store).say(ada, 'and on', [bruno], other);
    expect(said.content.algorithm).toBe('m.megolm.v1.aes-sha2');
    expect(textOf(await bob.engine.unseal(bruno, said, true))).toBe('and on');
  });

  it('is made anew where somebody signed it out, and stays who it is', async () => {
    const server = keyServer();
    const store = newStore();
    const alice = engineAt(server, store);
    await alice.engine.prepare(ada);
    const identity = server.identityOf(names.userId(ada));
    const [former = ''] = server.devices.keys();
    server.devices.clear();
    server.beforeEach(request => {
      if (request.device !== undefined && former.endsWith(request.device))
        throw new ParleyError('BRIDGE_REQUEST_FAILED', 'gone', { cause: signedOut });
    });
    const event = await alice.say(ada, 'still me', []);
    expect([...server.devices.keys()]).not.toContain(former);
    expect(server.identityOf(names.userId(ada))).toEqual(identity);
    expect(former).not.toContain(String(event.content.device_id));
    const pages = await store.collection('key_pages').find({ limit: 1000 });
    expect(pages.filter(({ journal }) => former.endsWith(journal.split('/')[1] ?? ''))).toEqual([]);
  });

  it('is another one in a copy of the store, which leaves the journals out, and the same identity has signed it', async () => {
    const server = keyServer();
    const store = newStore();
    const alice = engineAt(server, store);
    const before = await alice.say(ada, 'before', []);
    const identity = server.identityOf(names.userId(ada));
    const copy = newStore();
    await copy.collection('key_identities').insertAsIs(await store.collection('key_identities').find({ limit: 10 }));
    const event = await engineAt(server, copy).say(ada, 'restored', []);
    expect(event.content.device_id).not.toBe(before.content.device_id);
    expect(server.identityOf(names.userId(ada))).toEqual(identity);
    expect(server.devices.size).toBe(1);
  });
});
