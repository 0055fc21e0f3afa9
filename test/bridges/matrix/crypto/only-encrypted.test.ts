import { expect, it, onTestFinished } from 'vitest';
import { makeCipher } from '../../../../bridges/matrix/crypto/cipher.ts';
import { toEvent } from '../../../../bridges/matrix/to-event.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keptLog } from '../kept-log.ts';
import { keyServer, names } from './key-server.ts';
import { ada, room } from './two-sides.ts';

function cipher(onlyEncrypted: boolean) {
  const clock = heldClock();
  const store = openMemoryStore({ clock });
  const { requests, devices } = keyServer();
  const deliver = async () => undefined;
  const made = makeCipher({ store, requests, names, clock, log: keptLog(), onlyEncrypted, deliver });
  onTestFinished(() => made.close());
  return { ...made, devices };
}

const event = (type: string, content: object, sender = '@mara:keys.test') => ({
  event_id: '$1',
  room_id: room,
  sender,
  origin_server_ts: 1,
  type,
  content,
});
const said = event('m.room.message', { msgtype: 'm.text', body: 'the plan' });

it('where agents talk in encrypted rooms only, nothing of what comes in the clear gets further', async () => {
  const strict = cipher(true);
  for (const read of [await strict.read(said), await strict.again()(said)]) {
    expect(read).toMatchObject({ kind: 'unreadable', event: { messageType: 'unreadable', why: 'clear' } });
    expect(JSON.stringify(read)).not.toContain('the plan');
  }
  const edit = event('m.room.message', { msgtype: 'm.text', body: '*', 'm.new_content': { body: 'the plan' } });
  expect((await strict.read(edit)).kind).toBe('unreadable');
  expect((await strict.read({ ...said, state_key: '' })).kind).toBe('unreadable');
});

it('what is no message, as it is state of the room, is none, also where it has the type and the words of one', async () => {
  const reaction = event('m.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$0', key: '✅' } });
  for (const raw of [said, reaction]) {
    expect(toEvent({ ...raw, state_key: '' }, names, 1)).toMatchObject({
      event: { messageType: 'unreadable', why: 'unknown' },
    });
  }
});

it('what never is encrypted, and what our agents say, is taken as ever', async () => {
  const strict = cipher(true);
  const reaction = event('m.reaction', { 'm.relates_to': { rel_type: 'm.annotation', event_id: '$0', key: '🛑' } });
  const ours = { ...said, sender: names.userId(ada) };
  for (const raw of [reaction, ours]) expect(await strict.read(raw)).toEqual({ kind: 'raw', raw });
  expect(await cipher(false).read(said)).toEqual({ kind: 'raw', raw: said });
});

it('keys are there as soon as they are wanted, before any room', async () => {
  const strict = cipher(true);
  expect(await strict.prepare(ada)).toBe(true);
  expect([...strict.devices.keys()]).toEqual([expect.stringContaining(names.userId(ada))]);
});
