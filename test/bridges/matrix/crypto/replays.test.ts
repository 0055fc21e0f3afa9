import { describe, expect, it } from 'vitest';
import { makeReplays, withUse } from '../../../../bridges/matrix/crypto/replays.ts';
import type { RawEvent } from '../../../../bridges/matrix/raw-event.ts';
import type { KeyUse } from '../../../../src/core/key-page.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keyServer } from './key-server.ts';
import { openStore } from './stores.ts';
import { ada, bruno, engineAt, eventOf } from './two-sides.ts';

describe('A message that is put into the room once more as another event', () => {
  it.each(['sqlite', 'sealed'] as const)(
    'is found out after a restart, by whichever agent reads it (%s)',
    async kind => {
      const server = keyServer();
      const store = await openStore[kind]();
      const alice = engineAt(server, openMemoryStore({ clock: heldClock() }));
      const before = engineAt(server, store);
      await before.engine.prepare(bruno);
      const order = await alice.say(ada, '!pay the bill', [bruno]);
      expect((await before.engine.unseal(bruno, order, true)).kind).toBe('open');
      await before.engine.close();
      const after = engineAt(server, store);
      expect(await after.engine.unseal(bruno, { ...order, event_id: '$again' }, true)).toEqual({
        kind: 'broken',
        why: 'it was said before',
      });
      expect((await after.engine.unseal(bruno, order, true)).kind).toBe('open');
    },
  );

  it('is taken once by two processes that read it at the same time', async () => {
    const uses = openMemoryStore({ clock: heldClock() }).collection('key_uses');
    const [one, other] = [makeReplays(uses), makeReplays(uses)];
    const event = eventOf(ada, { session_id: 's', ciphertext: 'AwgB' });
    const again = { ...event, event_id: '$again' };
    const both = await Promise.all([one.isReplay(event), other.isReplay(again)]);
    expect(both.toSorted()).toEqual([false, true]);
  });

  const at = (index: number): RawEvent =>
    eventOf(ada, { session_id: 's', ciphertext: Buffer.from([3, 8, index]).toString('base64') });

  it('is not mistaken: what others of the session were, in any order, does not count', async () => {
    const uses = openMemoryStore({ clock: heldClock() }).collection('key_uses');
    const [one, other] = [makeReplays(uses), makeReplays(uses)];
    for (const index of [5, 2, 9, 1]) {
      expect(await one.isReplay(at(index))).toBe(false);
      expect(await other.isReplay(at(index + 20))).toBe(false);
    }
  });

  it('costs a bounded part of the store for each session: what is too far back counts as read', () => {
    let known: KeyUse = { _id: 's', seen: [], from: 0 } as unknown as KeyUse;
    for (let index = 0; index < 600; index += 1) known = withUse(known, { index, event: 'e' }) as KeyUse;
    expect(known.seen).toHaveLength(500);
    expect(withUse(known, { index: 50, event: 'other' })).toBe('replay');
    expect(withUse(known, { index: 300, event: 'e' })).toBe('known');
    expect(withUse(known, { index: 600, event: 'e' })).toMatchObject({ from: 101 });
  });
});
