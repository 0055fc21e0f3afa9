import { expect, it } from 'vitest';
import type { Engine } from '../../../../bridges/matrix/crypto/engine.ts';
import { makeReading } from '../../../../bridges/matrix/crypto/reading.ts';
import { matrix } from '../../../../bridges/matrix/names.ts';
import type { RawEvent } from '../../../../bridges/matrix/raw-event.ts';
import { ParleyError } from '../../../../src/core/errors.ts';
import { chatId, messageId } from '../../../../src/core/ids.ts';
import type { Message } from '../../../../src/core/message.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keptLog } from '../kept-log.ts';
import { names } from './key-server.ts';
import { ada, eventOf, room } from './two-sides.ts';

/** An agent to which the key of `sent` was sent while nobody looked. */
function scene() {
  const keys = new Set(['known']);
  const clock = heldClock();
  const delivered: string[] = [];
  const opened: string[] = [];
  const state = { tries: 0, lines: 1, looks: 0, broken: null as Error | null, fails: null as Error | null };
  const engine: Pick<Engine, 'unseal'> = {
    async unseal(_agent, event, look) {
      state.tries += 1;
      if (state.broken !== null) throw state.broken;
      if (look) {
        if (state.fails !== null) {
          await clock.advance(5_000);
          throw state.fails;
        }
        state.looks += 1;
        keys.add('sent');
      }
      const isKnown = keys.has(String(event.content.session_id));
      return isKnown ? { kind: 'open', event: { ...event, type: 'm.room.message' } } : { kind: 'no key' };
    },
  };
  const store = openMemoryStore({ clock });
  const reading = makeReading({
    store,
    names,
    clock,
    log: keptLog(),
    rooms: { isEncrypted: () => true } as never,
    agents: { in: async () => [ada], prefer: () => undefined } as never,
    engine: { get: async () => engine as Engine, close: async () => undefined },
    opened: event => void opened.push(event.event_id),
    deliver: async event => void delivered.push(event._id),
  });
  const sealed = (session_id: string): RawEvent => ({ ...eventOf(ada, { session_id }), sender: '@mara:keys.test' });
  const inLog = async (event: RawEvent): Promise<RawEvent> => {
    const line = { _id: messageId(matrix, event.event_id), chat: chatId(matrix, room), order: state.lines++ };
    await store.collection('messages').insert([line as Message]);
    return event;
  };
  return { reading, state, sealed, delivered, opened, inLog };
}

it('That the homeserver was away is not laid to those who wrote then: keys of what they write next are looked for at once', async () => {
  const { reading, state, sealed } = scene();
  const away = new ParleyError('HOMESERVER_UNREACHABLE', 'The homeserver is away.', { retry: true });
  state.fails = away;
  for (let nth = 0; nth < 3; nth += 1) expect((await reading.read(sealed('lost'))).kind).toBe('later');
  state.fails = null;
  expect((await reading.read(sealed('sent'))).kind).toBe('raw');
  reading.stop();
});

it('What was said while nobody was there is read with keys that were sent meanwhile, in its place', async () => {
  const { reading, state, sealed } = scene();
  const readAgain = reading.again();
  const kinds = [];
  for (const session of ['known', 'sent', 'sent', 'known']) kinds.push((await readAgain(sealed(session))).kind);
  expect(kinds).toEqual(['raw', 'raw', 'raw', 'raw']);
  expect(state.looks).toBe(1);
});

it('Of what can’t be read in a room only the first has keys looked for, each time that the room is read', async () => {
  const { reading, state, sealed } = scene();
  for (const looks of [1, 2]) {
    const readAgain = reading.again();
    for (let nth = 0; nth < 20; nth += 1) await readAgain(sealed(`lost ${looks} ${nth}`));
    expect(state.looks).toBe(looks);
  }
  reading.stop();
});

it('What waits for its key is read in its place when the room is read again, and not behind what was said later', async () => {
  const { reading, state, sealed } = scene();
  const first = sealed('sent');
  state.fails = new ParleyError('HOMESERVER_UNREACHABLE', 'The homeserver is away.', { retry: true });
  expect((await reading.read(first)).kind).toBe('later');
  state.fails = null;
  const readAgain = reading.again();
  expect([(await readAgain(sealed('known'))).kind, (await readAgain(first)).kind]).toEqual(['raw', 'raw']);
  reading.stop();
});

it('What could not be looked at while the homeserver was away is delivered before what comes next', async () => {
  const { reading, state, sealed, delivered } = scene();
  const first = sealed('sent');
  state.fails = new ParleyError('HOMESERVER_UNREACHABLE', 'The homeserver is away.', { retry: true });
  expect((await reading.read(first)).kind).toBe('later');
  state.fails = null;
  expect((await reading.read(sealed('known'))).kind).toBe('raw');
  expect(delivered).toEqual([`matrix:${first.event_id}`]);
  reading.stop();
});

it('Steps of a verification that can be read only after a while are steps, too: whoever hears of what is read hears of them', async () => {
  const { reading, state, sealed, opened } = scene();
  const step = sealed('sent');
  state.fails = new ParleyError('HOMESERVER_UNREACHABLE', 'The homeserver is away.', { retry: true });
  expect((await reading.read(step)).kind).toBe('later');
  expect(opened).toEqual([]);
  state.fails = null;
  await reading.read(sealed('known'));
  expect(opened).toEqual([step.event_id]);
  reading.stop();
});

it('What is in the log is not read again: one of it is tried, so that who is there has a device, and nothing waits or is told', async () => {
  const { reading, state, sealed, delivered, inLog } = scene();
  const readAgain = reading.again();
  for (let nth = 0; nth < 20; nth += 1) {
    const known = await inLog(sealed('lost'));
    expect(await readAgain(known)).toMatchObject({ kind: 'known', event: { _id: messageId(matrix, known.event_id) } });
  }
  expect([state.tries, state.looks, delivered]).toEqual([1, 0, []]);
  expect((await reading.again()(sealed('sent'))).kind).toBe('raw');
  reading.stop();
});

it('That the homeserver is away when an agent is to have its device keeps nobody from what is in the log', async () => {
  const { reading, state, sealed, inLog } = scene();
  state.broken = new ParleyError('HOMESERVER_UNREACHABLE', 'The homeserver is away.', { retry: true });
  expect((await reading.again()(await inLog(sealed('lost')))).kind).toBe('known');
  reading.stop();
});
