import { MatrixError } from 'matrix-js-sdk/lib/http-api/errors.js';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../../bridges/matrix/crypto/engine.ts';
import { givenUp } from '../../../../bridges/matrix/crypto/given-up.ts';
import { unreadable } from '../../../../bridges/matrix/crypto/sealed-event.ts';
import type { RawEvent } from '../../../../bridges/matrix/raw-event.ts';
import type { Unreadable } from '../../../../src/core/message.ts';
import { openMessageLog } from '../../../../src/orchestrator/message-log.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keptLog } from '../kept-log.ts';
import { recordedRequests } from '../recorded-requests.ts';
import { names } from './key-server.ts';
import { ada, room } from './two-sides.ts';

const hour = 3_600_000;

/** A process that has just begun: what was given up stands in the store, and nothing waits. */
function scene() {
  const clock = heldClock();
  const store = openMemoryStore({ clock });
  const log = openMessageLog({ store, bus: { publish: () => undefined } as never });
  const events = new Map<string, RawEvent>();
  const delivered: string[] = [];
  const { requests, lines } = recordedRequests(({ path }) => {
    const event = events.get(decodeURIComponent(path.split('/').at(-1) ?? ''));
    if (event !== undefined) return event;
    throw new Error('gone', { cause: new MatrixError({ errcode: 'M_NOT_FOUND' }, 404) });
  });
  const unseal: Engine['unseal'] = async (_agent, event) => {
    const content = { msgtype: 'm.text', body: `opened ${event.event_id}` };
    return { kind: 'open', event: { ...event, type: 'm.room.message', content } };
  };
  const engine = { get: async () => ({ unseal }) as Engine, close: async () => undefined };
  const late = givenUp({
    ...{ store, requests, names, clock, engine, log: keptLog() },
    async deliver(event) {
      delivered.push(event._id);
      await log.append([event]);
    },
  });
  return {
    clock,
    delivered,
    lines,
    events,
    /** Somebody was told that it can't be read. */
    async gaveUp(event_id: string, session_id: string, why: Unreadable['why'] = 'no key'): Promise<void> {
      const common = { event_id, room_id: room, sender: '@mara:keys.test', origin_server_ts: clock.now() };
      const event = { ...common, type: 'm.room.encrypted', content: { session_id, ciphertext: 'x' } };
      events.set(event_id, event);
      await log.append([unreadable(event, why, { names, now: clock.now() })]);
    },
    async keyCame(session_id: string, room_id = room): Promise<void> {
      late.onMessages(ada, [{ type: 'm.room_key', content: { room_id, session_id } }]);
      await clock.advance(2_000);
    },
  };
}

describe('What people were told of that it can’t be read', () => {
  it('is answered when its key comes hours later, or after a restart: in order, and once', async () => {
    const { gaveUp, keyCame, delivered, clock } = scene();
    await gaveUp('$1', 'a');
    await gaveUp('$2', 'b');
    await gaveUp('$3', 'a', 'withheld');
    await clock.advance(5 * hour);
    await keyCame('a');
    expect(delivered).toEqual(['matrix:$1', 'matrix:$3']);
    await keyCame('a');
    expect(delivered).toHaveLength(2);
    await keyCame('b');
    expect(delivered.at(-1)).toBe('matrix:$2');
  });

  it('is not looked at for keys of other rooms and sessions, nor fetched again for them', async () => {
    const { gaveUp, keyCame, delivered, lines } = scene();
    await gaveUp('$1', 'a');
    await keyCame('a', '!other:keys.test');
    expect(lines).toEqual([]);
    for (const session of ['b', 'c', 'd']) await keyCame(session);
    expect([delivered, lines.length]).toEqual([[], 1]);
  });

  it('is left alone after a day, where it is malformed, and where it was taken back', async () => {
    const { gaveUp, keyCame, delivered, clock, events } = scene();
    await gaveUp('$old', 'a');
    await clock.advance(25 * hour);
    await gaveUp('$broken', 'a', 'malformed');
    await gaveUp('$gone', 'a');
    events.delete('$gone');
    await gaveUp('$empty', 'a');
    events.set('$empty', { ...(events.get('$empty') as RawEvent), unsigned: { redacted_because: {} } } as RawEvent);
    await keyCame('a');
    expect(delivered).toEqual([]);
  });

  it('costs a bounded number of requests, however much of it there is', async () => {
    const { gaveUp, keyCame, lines } = scene();
    for (let nth = 0; nth < 100; nth += 1) await gaveUp(`$${nth}`, 'a');
    await keyCame('b');
    await keyCame('c');
    expect(lines).toHaveLength(20);
  });
});
