import { expect, it } from 'vitest';
import type { RawEvent } from '../../../../bridges/matrix/raw-event.ts';
import type { AgentId } from '../../../../src/core/ids.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keyServer, names } from './key-server.ts';
import { ada, bruno, engineAt, eventOf } from './two-sides.ts';

const newStore = () => openMemoryStore({ clock: heldClock() });
const encryption = {
  algorithm: 'm.megolm.v1.aes-sha2',
  rotationMs: null,
  rotationMessages: 1,
  forInvited: true,
  forNewcomers: true,
};
type Side = ReturnType<typeof engineAt>;
let now = 0;

/** Each message is of a session of its own, so that its key goes from device to device. */
async function say(side: Side, as: AgentId, room: string, to: AgentId): Promise<RawEvent> {
  now += 60_000;
  const content = { msgtype: 'm.text', body: 'Hello' };
  const readers = [names.userId(to)];
  const what = { room, type: 'm.room.message', content, encryption };
  const sealed = await side.engine.seal(as, { ...what, readers, invited: [], now });
  return { ...eventOf(as, sealed), room_id: room };
}

const outcome = async (side: Side, as: AgentId, event: RawEvent) => (await side.engine.unseal(as, event, true)).kind;

it('A key whose sending was broken off is not sent late, when the other device has gone on and can’t read it any more', async () => {
  const server = keyServer();
  const store = newStore();
  const bob = engineAt(server, newStore());
  await bob.engine.prepare(bruno);
  const first = engineAt(server, store);
  await first.engine.prepare(ada);
  const talkElsewhere = async (side: Side) => {
    for (let turn = 0; turn < 8; turn += 1) {
      expect(await outcome(side, ada, await say(bob, bruno, '!two:keys.test', ada))).toBe('open');
      expect(await outcome(bob, bruno, await say(side, ada, '!two:keys.test', bruno))).toBe('open');
    }
  };
  await talkElsewhere(first);
  server.beforeEach(({ path }) => {
    if (path.startsWith('/sendToDevice')) throw new Error('killed');
  });
  await expect(say(first, ada, '!one:keys.test', bruno)).rejects.toThrow('killed');
  server.beforeEach(() => undefined);
  const second = engineAt(server, store);
  await talkElsewhere(second);
  expect(await outcome(bob, bruno, await say(second, ada, '!one:keys.test', bruno))).toBe('open');
});
