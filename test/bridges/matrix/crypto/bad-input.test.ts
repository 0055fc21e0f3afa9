import { beforeAll, describe, expect, it } from 'vitest';
import type { RawEvent } from '../../../../bridges/matrix/raw-event.ts';
import { type AgentId, agentId } from '../../../../src/core/ids.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { hostileContent, hostileLetter, type Prey } from '../../../fakes/hostile.ts';
import { keyServer, names } from './key-server.ts';
import { ada, bruno, engineAt, eventOf, room } from './two-sides.ts';

const mallet = agentId('mallory');
const newStore = () => openMemoryStore({ clock: heldClock() });

describe('What a hostile homeserver or client sends', () => {
  const server = keyServer();
  const store = newStore();
  const [alice, bob] = [engineAt(server, newStore()), engineAt(server, store)];
  const read = (event: RawEvent) => bob.engine.unseal(bruno, event, true);
  const kind = async (event: RawEvent) => (await read(event)).kind;

  beforeAll(() => bob.engine.prepare(bruno));

  it('is obeyed only as far as people may say it themselves: no redaction, no state', async () => {
    for (const type of [
      'm.room.redaction',
      'm.room.member',
      'm.room.power_levels',
      'm.room.encrypted',
      'm.room.encryption',
    ])
      expect([type, await kind(await alice.send(ada, { type, content: { redacts: '$other' } }, [bruno]))]).toEqual([
        type,
        'broken',
      ]);
    for (const type of ['m.room.message', 'm.reaction', 'm.key.verification.start'])
      expect([type, await kind(await alice.send(ada, { type, content: { body: 'x' } }, [bruno]))]).toEqual([
        type,
        'open',
      ]);
  });

  it('is nobody’s but its sender’s', async () => {
    const event = await alice.say(ada, 'signed by ada', [bruno]);
    expect(await kind({ ...event, sender: '@mallory:keys.test' })).not.toBe('open');
    expect(await kind({ ...event, sender: names.userId(bruno) })).not.toBe('open');
    expect(await kind({ ...event, room_id: '!other:keys.test' })).not.toBe('open');
    expect(await kind(event)).toBe('open');
  });

  it('is taken once: the same message as another event is a replay', async () => {
    const event = await alice.say(ada, 'pay the bill', [bruno]);
    expect(await kind(event)).toBe('open');
    expect(await read({ ...event, event_id: '$again' })).toEqual({ kind: 'broken', why: 'it was said before' });
    expect(await kind(event)).toBe('open');
  });

  it('answers what stands outside, and not what stands within', async () => {
    const relation = { rel_type: 'm.thread', event_id: '$root' };
    const event = await alice.send(ada, { type: 'm.room.message', content: { body: 'x', 'm.relates_to': relation } }, [
      bruno,
    ]);
    const other = { rel_type: 'm.thread', event_id: '$other' };
    const moved = { ...event, content: { ...event.content, 'm.relates_to': other } };
    expect(await read(moved)).toMatchObject({ kind: 'open', event: { content: { body: 'x', 'm.relates_to': other } } });
  });

  it('may be cut off or changed anywhere', async () => {
    const event = await alice.say(ada, 'whole', [bruno]);
    const { ciphertext } = event.content as { ciphertext: string };
    const bytes = Buffer.from(ciphertext, 'base64');
    for (let at = 0; at < bytes.length; at += 7) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      for (const text of [changed, bytes.subarray(0, at)])
        expect(await kind({ ...event, content: { ...event.content, ciphertext: text.toString('base64') } })).not.toBe(
          'open',
        );
    }
    for (const content of [
      {},
      { algorithm: 5 },
      { ...event.content, session_id: null },
      { ...event.content, algorithm: 'm.olm' },
    ])
      expect(await kind(eventOf(ada, content))).not.toBe('open');
    expect(await kind(event)).toBe('open');
  });

  it('may be five thousand events in a room, of which none is what it claims to be', { timeout: 120_000 }, async () => {
    const { prey } = await mallory();
    const [good, target] = [await alice.say(ada, 'whole', [bruno]), 5_000];
    expect(await kind(good)).toBe('open');
    const before = (await pagesOf(bruno)).length;
    const said = { ...prey, sealed: [good.content], said: good.event_id };
    const kinds = new Set<string>();
    for (let nth = 0; nth < target; nth += 1) {
      const event = { ...eventOf(ada, hostileContent(said, nth)), sender: '@mallory:keys.test' };
      kinds.add((await bob.engine.unseal(bruno, event, false)).kind);
    }
    expect(kinds).toEqual(new Set(['broken', 'no key']));
    expect(await kind(good)).toBe('open');
    // Nobody is asked for keys that nobody has, and nothing is kept of them.
    expect(asked('/sendToDevice/m.room_key_request')).toEqual([]);
    expect((await pagesOf(bruno)).length - before).toBeLessThan(10);
  });

  it('may be ten thousand messages to a device, after which no key has gone to who asked for it', {
    timeout: 60_000,
  }, async () => {
    const { prey, eve } = await mallory();
    const secret = await alice.say(ada, 'for bruno alone', [bruno]);
    const sessions = [String(secret.content.session_id)];
    for (let nth = 0; nth < 10_000; nth += 1) {
      const { type, content } = hostileLetter({ ...prey, sessions }, nth);
      const sender = nth % 4 === 3 ? '@nobody:keys.test' : names.userId(mallet);
      server.post(sender, type, { messages: { [prey.target.user]: { [prey.target.device]: content } } });
    }
    const requests = asked('').length;
    // Who is not to read any more gets no further key, so there is a new one.
    await alice.say(ada, 'aside', []);
    const event = await alice.say(ada, 'after the flood', [bruno]);
    expect(event.content.session_id).not.toBe(secret.content.session_id);
    // What one look leaves is for the next.
    expect([await kind(event), await kind(event), await kind(event)].at(-1)).toBe('open');
    expect(await kind(secret)).toBe('open');
    await eve.say(mallet, 'and now?', [bruno]);
    expect(eve.heard.map(({ type }) => type).filter(type => type !== 'm.dummy')).toEqual([]);
    // Nor has anything been asked of the homeserver for each of them.
    expect(asked('').length - requests).toBeLessThan(250);
    expect(JSON.stringify(asked('/sendToDevice'))).not.toContain('nobody');
    expect(await eve.engine.unseal(mallet, secret, true)).toMatchObject({ kind: 'no key' });
    const stored = (await pagesOf(bruno)).reduce((sum, { content }) => sum + content.length, 0);
    expect(stored).toBeLessThan(6 * 2 ** 20);
  });

  /** Somebody with a device as everybody else’s, and what they know. */
  async function mallory() {
    const eve = engineAt(server, newStore());
    const before = server.sent.length;
    for (const text of ['one', 'two']) await eve.say(mallet, text, [bruno], { rotationMessages: 1 });
    const mail = server.sent.slice(before).flatMap(({ path, body, as }) => {
      if (as !== mallet || !path.startsWith('/sendToDevice/m.room.encrypted/')) return [];
      const { messages } = body as { messages: Record<string, Record<string, object>> };
      return Object.values(messages).flatMap(of => Object.values(of) as Record<string, unknown>[]);
    });
    const [own, target] = [deviceOf(mallet), deviceOf(bruno)];
    const prey: Prey = { room, sessions: ['none'], target, own, sealed: [], said: '$none', mail };
    expect(mail.length).toBeGreaterThan(0);
    return { prey, eve };
  }

  function deviceOf(agent: AgentId) {
    const user = names.userId(agent);
    const [name = '', box] = [...server.devices].findLast(([of]) => of.startsWith(`${user} `)) ?? [];
    if (box === undefined) throw new Error(`${agent} has no device`);
    const device = name.slice(user.length + 1);
    const { keys } = box.keys as { keys: Record<string, string> };
    return { user, device, key: keys[`curve25519:${device}`] ?? '' };
  }

  const asked = (where: string) => server.sent.filter(({ as, path }) => as === bruno && path.startsWith(where));

  /** The pages of its keys. */
  async function pagesOf(agent: AgentId) {
    const pages = await store.collection('key_pages').find({ limit: 1_000 });
    return pages.filter(({ journal }) => journal.startsWith(`${agent}/`));
  }
});
