import { describe, expect, it } from 'vitest';
import { agentId, agentMember, type MessageId } from '../../../src/core/ids.ts';
import type { ChatEvent } from '../../../src/core/message.ts';
import type { Scene } from './scene.ts';

const ada = agentId('ada');
const bruno = agentId('bruno');

/** What a bridge tells of people. */
export function whatPeopleDoContract(sceneOf: () => Scene): void {
  describe('what people do', () => {
    it.each([ada, agentId('parley')])(
      'tells %s of an invitation, and lets the agent in, twice if asked',
      async agent => {
        const { bridge, mara, taken } = sceneOf();
        const chat = await mara.createRoom({ invite: [agentMember(agent)] });
        const invited = await taken.first(event => event.chat === chat && event.messageType === 'membership');
        expect(invited).toMatchObject({ from: mara.id, member: agentMember(agent), change: 'invited' });
        expect((await bridge.rooms(agent)).invited).toContainEqual(
          expect.objectContaining({ chat, from: mara.id, member: agentMember(agent), change: 'invited' }),
        );
        await bridge.join(chat, agent);
        await bridge.join(chat, agent);
        expect((await bridge.rooms(agent)).joined).toContain(chat);
      },
    );

    it('tells of what is said, in order and once', async () => {
      const { mara, taken, roomWith, arrives } = sceneOf();
      const chat = await roomWith(ada);
      const ids = [await mara.say(chat, 'one'), await mara.say(chat, 'two'), await mara.say(chat, 'three')];
      await arrives(ids[2] as MessageId);
      const said = taken.events.filter(event => event.chat === chat && event.messageType === 'text');
      expect(said.map(({ _id }) => _id)).toEqual(ids);
      expect(said[0]).toMatchObject({ from: mara.id, text: 'one', replyTo: null, thread: null, mentions: [] });
    });

    it('tells of replies and threads', async () => {
      const { mara, roomWith, arrives } = sceneOf();
      const chat = await roomWith(ada);
      const root = await mara.say(chat, 'root');
      const reply = await mara.say(chat, 'reply', { replyTo: root });
      const inThread = await mara.say(chat, 'threaded', { thread: root });
      expect(await arrives(reply)).toMatchObject({ text: 'reply', replyTo: root, thread: null });
      expect(await arrives(inThread)).toMatchObject({ text: 'threaded', replyTo: null, thread: root });
    });

    it('tells of edits, reactions and redactions', async () => {
      const { mara, taken, roomWith, arrives } = sceneOf();
      const chat = await roomWith(ada);
      const target = await mara.say(chat, 'helo');
      const edit = await mara.edit(chat, target, 'hello');
      await mara.react(chat, target, '👍\uFE0F');
      await mara.redact(chat, target);
      expect(await arrives(edit)).toMatchObject({ messageType: 'edit', target, text: 'hello', newType: 'text' });
      const here = (event: ChatEvent, type: string) => event.chat === chat && event.messageType === type;
      expect(await taken.first(event => here(event, 'reaction'))).toMatchObject({ target, key: '👍' });
      expect(await taken.first(event => here(event, 'redaction'))).toMatchObject({ target, from: mara.id });
    });

    it('reads what is attached, up to a size', async () => {
      const { bridge, mara, roomWith, arrives } = sceneOf();
      const chat = await roomWith(ada);
      const data = new TextEncoder().encode('flour, water, salt');
      const event = await arrives(await mara.sendFile(chat, 'bread.txt', data));
      expect(event).toMatchObject({ messageType: 'file', attachment: { name: 'bread.txt', size: data.length } });
      const source = 'attachment' in event ? (event.attachment?.source ?? '') : '';
      const { signal } = new AbortController();
      expect(Buffer.from(await bridge.readAttachment(source, ada, 100, signal))).toEqual(Buffer.from(data));
      await expect(bridge.readAttachment(source, ada, 5, signal)).rejects.toMatchObject({
        code: 'MESSAGE_TOO_LARGE',
      });
    });

    it('tells of kicks and bans, after which the agent may not speak', async () => {
      const { bridge, mara, taken, roomWith, delivery } = sceneOf();
      const chat = await roomWith(ada, bruno);
      await mara.kick(chat, agentMember(ada));
      await mara.ban(chat, agentMember(bruno));
      const gone = (member: string) => (event: ChatEvent) =>
        event.chat === chat &&
        event.messageType === 'membership' &&
        event.member === member &&
        ['kicked', 'banned'].includes(event.change);
      expect(await taken.first(gone('agent:ada'))).toMatchObject({ change: 'kicked', from: mara.id });
      expect(await taken.first(gone('agent:bruno'))).toMatchObject({ change: 'banned', from: mara.id });
      const refused = { code: 'BRIDGE_FORBIDDEN', retry: false };
      await expect(bridge.send(delivery(chat, 'but'))).rejects.toMatchObject(refused);
      await expect(bridge.join(chat, bruno)).rejects.toMatchObject(refused);
      await bridge.leave(chat, ada);
    });

    it('delivers again what the intake could not take', async () => {
      const { mara, taken, roomWith, arrives } = sceneOf();
      const chat = await roomWith(ada);
      await mara.say(chat, 'before');
      taken.failures = 2;
      const ids = [await mara.say(chat, 'first'), await mara.say(chat, 'second')];
      await arrives(ids[1] as MessageId);
      const said = taken.events.filter(event => event.chat === chat && event.messageType === 'text');
      expect(said.map(event => ('text' in event ? event.text : ''))).toEqual(['before', 'first', 'second']);
    });
  });
}
