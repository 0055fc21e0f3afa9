import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../../bridges/matrix/crypto/engine.ts';
import { makeReading } from '../../../../bridges/matrix/crypto/reading.ts';
import { sharedLooks } from '../../../../bridges/matrix/crypto/shared-looks.ts';
import type { RawEvent } from '../../../../bridges/matrix/raw-event.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keptLog } from '../kept-log.ts';
import { names } from './key-server.ts';
import { ada, bruno, eventOf } from './two-sides.ts';

/** Agents at a homeserver at which a look for keys takes ten seconds. */
function scene() {
  const clock = heldClock();
  const slow = (): Promise<void> => new Promise(resolve => void clock.after(10_000, resolve));
  const engine: Pick<Engine, 'unseal'> = {
    async unseal(_agent, event, look) {
      if (event.content.session_id === 'known') return { kind: 'open', event: { ...event, type: 'm.room.message' } };
      if (look) await slow();
      return { kind: 'no key' };
    },
  };
  const reading = makeReading({
    store: openMemoryStore({ clock }),
    names,
    clock,
    log: keptLog(),
    rooms: { isEncrypted: () => true } as never,
    agents: { in: async () => [ada, bruno], prefer: () => undefined } as never,
    engine: { get: async () => engine as Engine, close: async () => undefined },
    opened: () => undefined,
    deliver: async () => undefined,
  });
  /** Reads an event; gives how long it held up what stands behind it. */
  async function held(event: RawEvent): Promise<{ kind: string; ms: number }> {
    const began = clock.now();
    let kind: string | null = null;
    void reading.read(event).then(read => {
      kind = read.kind;
    });
    await clock.advance(0);
    while (kind === null) await clock.advance(50);
    return { kind, ms: clock.now() - began };
  }
  return { held };
}

const junk = (nth: number, sender: string): RawEvent => ({
  ...eventOf(ada, { session_id: `junk ${nth}` }),
  sender,
});

describe('A flood of messages that nobody can read', () => {
  it('holds up what stands behind it for seconds in all, whatever sessions it pretends', async () => {
    const { held } = scene();
    let sum = 0;
    for (let nth = 0; nth < 100; nth += 1) sum += (await held(junk(nth, '@mallory:keys.test'))).ms;
    expect(sum).toBeLessThanOrEqual(10_000);
    const good = await held({ ...eventOf(ada, { session_id: 'known' }), sender: '@alice:keys.test' });
    expect(good).toEqual({ kind: 'raw', ms: 0 });
  });

  it('of many senders does not, either; and what can be read of them is read', async () => {
    const { held } = scene();
    let sum = 0;
    for (let nth = 0; nth < 100; nth += 1) sum += (await held(junk(nth, `@m${nth}:keys.test`))).ms;
    expect(sum).toBeLessThanOrEqual(20_000);
    const good = await held({ ...eventOf(ada, { session_id: 'known' }), sender: '@m1:keys.test' });
    expect(good).toEqual({ kind: 'raw', ms: 0 });
  });
});

describe('Looks for what was sent to a device', () => {
  it('serve all who wanted one before they began, and nobody who came later', async () => {
    const looks = sharedLooks();
    let count = 0;
    const look = async (): Promise<void> => {
      count += 1;
    };
    const [first, second] = [looks.wanted(ada), looks.wanted(ada)];
    await first(look);
    await second(look);
    expect(count).toBe(1);
    await looks.wanted(ada)(look);
    await looks.wanted(bruno)(look);
    expect(count).toBe(3);
  });

  it('that failed serve nobody', async () => {
    const looks = sharedLooks();
    const [first, second] = [looks.wanted(ada), looks.wanted(ada)];
    await expect(first(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
    let looked = false;
    await second(async () => {
      looked = true;
    });
    expect(looked).toBe(true);
  });
});
