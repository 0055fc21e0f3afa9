import { describe, expect, it } from 'vitest';
import { agentId, agentMember, type MessageId } from '../../../src/core/ids.ts';
import type { Scene } from './scene.ts';

const ada = agentId('ada');
const bruno = agentId('bruno');

/** What a bridge knows and makes of rooms. */
export function roomsContract(sceneOf: () => Scene): void {
  describe('rooms', () => {
    it('have a state', async () => {
      const { bridge, mara, roomWith } = sceneOf();
      const chat = await roomWith(ada);
      const state = await bridge.state(chat, ada);
      expect(state).toMatchObject({ name: 'Garden', topic: 'Bees', encrypted: false, creator: mara.id });
      expect(state.members.map(({ id }) => id).toSorted()).toEqual(['agent:ada', mara.id].toSorted());
      await expect(bridge.state(chat, bruno)).rejects.toMatchObject({ code: 'BRIDGE_FORBIDDEN' });
    });

    it('are made once for each key', async () => {
      const { bridge, mara, delivery, texts } = sceneOf();
      const invite = [mara.id, agentMember(bruno)];
      const room = {
        key: `lobby-${Date.now()}`,
        as: ada,
        kind: 'group',
        name: 'Lobby',
        topic: null,
        invite,
      } as const;
      const chat = await bridge.ensureRoom(room);
      expect(await bridge.ensureRoom(room)).toBe(chat);
      await mara.join(chat);
      await bridge.join(chat, bruno);
      await bridge.send(delivery(chat, 'welcome'));
      expect(await texts(chat)).toEqual(['welcome']);
      expect(await bridge.ensureRoom({ ...room, key: `${room.key}-2` })).not.toBe(chat);
    });

    it('have an address that leads there, the same each time', async () => {
      const { bridge, roomWith } = sceneOf();
      const [one, other] = [await roomWith(ada), await roomWith(ada)];
      expect(URL.canParse(bridge.linkTo(one))).toBe(true);
      expect(bridge.linkTo(one)).toBe(bridge.linkTo(one));
      expect(bridge.linkTo(one)).not.toBe(bridge.linkTo(other));
      expect(bridge.linkTo(one)).not.toMatch(/[\s<>()[\]"]/);
    });

    it('may be for one person', async () => {
      const { bridge, mara, arrives } = sceneOf();
      const room = { key: `dm-${Date.now()}`, as: ada, kind: 'private', name: null, topic: null } as const;
      const chat = await bridge.ensureRoom({ ...room, invite: [mara.id] });
      await mara.join(chat);
      await arrives(await mara.say(chat, 'hello'));
      await mara.leave(chat);
      await bridge.leave(chat, ada);
      await bridge.leave(chat, ada);
    });

    it('tell an agent what people said before it came in, the latest of it, oldest first, and deliver nothing of that', async () => {
      const { bridge, mara, taken, roomWith, delivery, arrives } = sceneOf();
      const chat = await roomWith(ada);
      const early = [await mara.say(chat, 'one'), await mara.say(chat, 'two'), await mara.say(chat, 'three')];
      await bridge.send(delivery(chat, 'mine'));
      await mara.invite(chat, agentMember(bruno));
      await bridge.join(chat, bruno);
      const late = await mara.say(chat, 'after');
      await arrives(late);
      const delivered = taken.events.length;
      const read = (limit: number) => bridge.earlier({ chat, as: bruno, inviter: mara.id, limit });
      const { messages, unreadable } = await read(50);
      expect(messages.map(({ _id }) => _id)).toEqual(early);
      expect(messages[0]).toMatchObject({ chat, from: mara.id, text: 'one' });
      expect(unreadable).toBe(0);
      expect((await read(2)).messages.map(({ _id }) => _id)).toEqual(early.slice(1));
      expect(taken.events.length).toBe(delivered);
      const others = await roomWith(ada);
      await expect(bridge.earlier({ chat: others, as: bruno, inviter: null, limit: 5 })).rejects.toMatchObject({
        code: 'BRIDGE_FORBIDDEN',
      });
    });

    it('are read back to a mark, oldest first, without what agents said', async () => {
      const { bridge, mara, taken, roomWith, delivery, arrives } = sceneOf();
      const chat = await roomWith(ada);
      const old = await mara.say(chat, 'old');
      const { mark, events } = await bridge.history({ chat, as: ada, since: null, limit: 50 });
      expect(events.at(-1)?._id).toBe(old);
      await bridge.send(delivery(chat, 'mine'));
      const fresh = [await mara.say(chat, 'b'), await mara.say(chat, 'c'), await mara.say(chat, 'd')];
      const since = await bridge.history({ chat, as: ada, since: mark, limit: 50 });
      expect(since.events.map(({ _id }) => _id)).toEqual(fresh);
      const two = await bridge.history({ chat, as: ada, since: mark, limit: 2 });
      expect(two.events.map(({ _id }) => _id)).toEqual(fresh.slice(1));
      const none = await bridge.history({ chat, as: ada, since: since.mark, limit: 50 });
      expect(none).toEqual({ events: [], mark: since.mark });
      await arrives(fresh[2] as MessageId);
      const delivered = taken.events.filter(event => fresh.includes(event._id));
      expect(since.events).toEqual(delivered);
    });
  });
}
