import { beforeAll, describe, expect, it } from 'vitest';
import type { RawEvent } from '../../../../bridges/matrix/raw-event.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keyServer, names } from './key-server.ts';
import { ada, bruno, engineAt, eventOf, room } from './two-sides.ts';

const newStore = () => openMemoryStore({ clock: heldClock() });

describe('What a hostile homeserver or client sends', () => {
  const server = keyServer();
  const [alice, bob] = [engineAt(server, newStore()), engineAt(server, newStore())];
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

  it('may be thousands of messages to a device, of which none is what it claims to be', {
    timeout: 60_000,
  }, async () => {
    const [box] = [...server.devices].flatMap(([name, one]) => (name.startsWith(names.userId(bruno)) ? [one] : []));
    const types = [
      'm.room.encrypted',
      'm.room_key',
      'm.forwarded_room_key',
      'm.room_key_request',
      'm.secret.request',
      'm.dummy',
      'x',
    ];
    const content = {
      algorithm: 'm.megolm.v1.aes-sha2',
      room_id: room,
      session_id: 's',
      session_key: 'k',
      action: 'request',
      request_id: '1',
      requesting_device_id: 'D',
      body: {},
      name: 'm.cross_signing.master',
      ciphertext: {},
      sender_key: 'x',
    };
    for (let at = 0; at < 2_000; at += 1)
      box?.mail.push({
        at: 1_000_000 + at,
        event: { type: types[at % types.length], sender: '@mallory:keys.test', content: at % 3 ? content : { at } },
      });
    const asked = server.sent.length;
    const event = await alice.say(ada, 'after the flood', [bruno]);
    expect(await kind(event)).toBe('open');
    const given = server.sent.slice(asked).filter(({ path, as }) => as === bruno && path.startsWith('/sendToDevice'));
    expect(JSON.stringify(given)).not.toContain('mallory');
  });
});
