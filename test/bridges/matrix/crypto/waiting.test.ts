import { describe, expect, it } from 'vitest';
import type { Unsealed } from '../../../../bridges/matrix/crypto/unseal.ts';
import { makeWaiting } from '../../../../bridges/matrix/crypto/waiting.ts';
import type { RawEvent } from '../../../../bridges/matrix/raw-event.ts';
import { ParleyError } from '../../../../src/core/errors.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keptLog } from '../kept-log.ts';
import { ada, eventOf, room } from './two-sides.ts';

function scene() {
  const clock = heldClock();
  const delivered: string[] = [];
  const given: string[] = [];
  const state = {
    hasKey: false,
    tries: 0,
    storeFails: false,
    readFails: false,
    isBroken: false,
    closed: '',
    faulty: '',
    told: true,
  };
  const read = async (event: RawEvent): Promise<Unsealed> => {
    state.tries += 1;
    if (state.readFails) throw new ParleyError('STORE_UNREACHABLE', 'It is away.', { retry: true });
    if (state.isBroken) throw new TypeError('broken');
    return state.hasKey && event.event_id !== state.closed ? { kind: 'open', event } : { kind: 'no key' };
  };
  const waiting = makeWaiting({
    clock,
    log: keptLog(),
    read,
    async deliver(event) {
      if (state.storeFails) throw new ParleyError('STORE_FULL', 'It is full.');
      if (event.event_id === state.faulty) throw new TypeError('a fault');
      delivered.push(event.event_id);
    },
    async giveUp(event) {
      given.push(event.event_id);
      if (!state.told) throw new TypeError('a fault');
    },
  });
  return { clock, waiting, delivered, given, state };
}

const sealed = (session = 's') => eventOf(ada, { session_id: session });
const by = (nth: number, session: string) => ({ ...sealed(session), sender: `@m${nth}:keys.test` });

describe('What waits for a key', () => {
  it('is tried after 0.6, 1.2 and 2.4 s in silence, told once, and tried on', async () => {
    const { clock, waiting, given, state } = scene();
    const event = sealed();
    expect(waiting.add(event)).toBe(true);
    const tries: number[] = [];
    for (const ms of [600, 1_200, 2_399]) {
      await clock.advance(ms);
      tries.push(state.tries);
      expect([ms, given]).toEqual([ms, []]);
    }
    expect(tries).toEqual([1, 2, 2]);
    await clock.advance(1);
    expect(given).toEqual([event.event_id]);
    await clock.advance(3_600_000);
    expect(given).toHaveLength(1);
    expect(state.tries).toBeGreaterThan(5);
    expect(clock.pending()).toBe(0);
  });

  it('is no more than a thousand messages in all, of however many sessions', () => {
    const { waiting } = scene();
    for (let session = 0; session < 10; session += 1)
      for (let nth = 0; nth < 100; nth += 1) expect(waiting.add(by(session % 5, `s${session}`))).toBe(true);
    expect([waiting.add(by(7, 's0')), waiting.add(by(7, 'another'))]).toEqual([false, false]);
    waiting.stop();
  });

  it('leaves room for others, however much one sender has put there, also into sessions of theirs', () => {
    const { waiting } = scene();
    for (let nth = 0; nth < 2_000; nth += 1) waiting.add(by(0, `s${nth % 40}`));
    for (let nth = 0; nth < 200; nth += 1) waiting.add(by(1, 'theirs'));
    expect([waiting.add(by(2, 'theirs')), waiting.add(by(3, 'another'))]).toEqual([true, true]);
    waiting.stop();
  });

  it('is not kept back by what somebody else has put into a session before: that stays closed with its key', async () => {
    const { clock, waiting, delivered, state } = scene();
    const forged = by(1, 's');
    const real = by(2, 's');
    state.closed = forged.event_id;
    waiting.add(forged);
    waiting.add(real);
    state.hasKey = true;
    waiting.keyCame(room, 's');
    await clock.advance(0);
    expect(delivered).toEqual([real.event_id]);
    waiting.stop();
  });

  it('is delivered in order when the key comes, at once where that is heard', async () => {
    const { clock, waiting, delivered, given, state } = scene();
    const events = [sealed(), sealed(), sealed()];
    for (const event of events) waiting.add(event);
    state.hasKey = true;
    waiting.keyCame(room, 's');
    await clock.advance(0);
    expect(delivered).toEqual(events.map(event => event.event_id));
    await clock.advance(60_000);
    expect([delivered.length, given]).toEqual([3, []]);
  });

  it('is delivered in the order in which it was said, however many sessions it was said in', async () => {
    const { clock, waiting, delivered, state } = scene();
    const events = ['a', 'a', 'b', 'a', 'b', 'c'].map(session => sealed(session));
    for (const event of events) waiting.add(event);
    state.hasKey = true;
    for (const session of ['c', 'a', 'b']) waiting.keyCame(room, session);
    await clock.advance(0);
    expect(delivered).toEqual(events.map(event => event.event_id));
    waiting.stop();
  });

  it('is delivered before what is said next can be, where its key has come', async () => {
    const { waiting, delivered, state } = scene();
    const events = [sealed('a'), sealed('b')];
    for (const event of events) waiting.add(event);
    state.hasKey = true;
    for (const session of ['a', 'b']) waiting.keyCame(room, session);
    await waiting.settled(room);
    expect(delivered).toEqual(events.map(event => event.event_id));
    await waiting.settled('!another:keys.test');
    waiting.stop();
  });

  it('is tried at once when the next one can be read, where nobody could look for its key', async () => {
    const { waiting, delivered, state } = scene();
    const [unsure, closed] = [sealed('a'), sealed('b')];
    waiting.add(unsure, 'not looked for');
    waiting.add(closed);
    state.hasKey = true;
    await waiting.settled(room);
    expect(delivered).toEqual([unsure.event_id]);
    waiting.stop();
  });

  it('is delivered however long it could not be stored, or not be looked at', async () => {
    for (const fault of ['storeFails', 'readFails']) {
      const { clock, waiting, delivered, given, state } = scene();
      const event = sealed();
      waiting.add(event);
      Object.assign(state, { hasKey: true, [fault]: true });
      await clock.advance(3_600_000);
      expect([fault, delivered, given]).toEqual([fault, [], []]);
      state[fault as 'storeFails' | 'readFails'] = false;
      await clock.advance(240_000);
      expect([fault, delivered]).toEqual([fault, [event.event_id]]);
      expect(clock.pending()).toBe(0);
    }
  });

  it('is told, and let go in the end, where looking at it always fails', async () => {
    const { clock, waiting, given, state } = scene();
    const event = sealed();
    state.isBroken = true;
    waiting.add(event);
    await clock.advance(3_600_000);
    expect(given).toEqual([event.event_id]);
    expect(clock.pending()).toBe(0);
  });

  it('is told and let go where Parley always fails at it once it can be read, and holds up nothing behind it', async () => {
    for (const told of [true, false]) {
      const { clock, waiting, delivered, given, state } = scene();
      const events = [sealed('a'), sealed('a'), sealed('b')];
      const [faulty = '', ...others] = events.map(event => event.event_id);
      for (const event of events) waiting.add(event);
      Object.assign(state, { hasKey: true, faulty, told });
      for (const session of ['a', 'b']) waiting.keyCame(room, session);
      await clock.advance(0);
      expect([delivered, given]).toEqual([others, []]);
      await clock.advance(3_600_000);
      expect([delivered, given]).toEqual([others, [faulty]]);
      expect(clock.pending()).toBe(0);
    }
  });

  it('is told also where Parley fails at it only as the last try finds its key', async () => {
    const { clock, waiting, given, state } = scene();
    const [first, faulty] = [sealed(), sealed()];
    waiting.add(first);
    waiting.add(faulty);
    await clock.advance(300_000);
    expect(given).toEqual([first.event_id]);
    Object.assign(state, { hasKey: true, faulty: faulty.event_id });
    await clock.advance(3_600_000);
    expect(given).toEqual([first.event_id, faulty.event_id]);
    expect(clock.pending()).toBe(0);
  });

  it('is delivered later where it could not be stored', async () => {
    const { clock, waiting, delivered, state } = scene();
    const event = sealed();
    waiting.add(event);
    Object.assign(state, { hasKey: true, storeFails: true });
    await clock.advance(700);
    expect(delivered).toEqual([]);
    state.storeFails = false;
    await clock.advance(2_000);
    expect(delivered).toEqual([event.event_id]);
  });

  it('is bounded: who floods a room with what nobody can read is not remembered without end', async () => {
    const { waiting } = scene();
    const first = sealed('one');
    const added = [first, ...Array.from({ length: 299 }, () => sealed('one'))].map(event => waiting.add(event));
    expect([added.filter(Boolean).length, waiting.add(first)]).toEqual([100, true]);
    const own = Array.from({ length: 100 }, (_, index) => waiting.add(sealed(`s${index}`)));
    expect(own.filter(Boolean)).toHaveLength(49);
    const others = Array.from({ length: 1_000 }, (_, index) => waiting.add(by(index % 100, `t${index}`)));
    expect(others.filter(Boolean)).toHaveLength(450);
    waiting.stop();
    expect(waiting.add(sealed('after'))).toBe(false);
  });
});
