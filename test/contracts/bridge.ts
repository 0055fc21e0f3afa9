import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentId, agentMember, type ChatId, externalIdOf, type MessageId } from '../../src/core/ids.ts';
import type { ChatEvent } from '../../src/core/message.ts';
import type { Delivery } from '../../src/ports/bridge.ts';
import { exampleAgent } from './bridge/example-agent.ts';
import { moderatingContract } from './bridge/moderating.ts';
import { type BridgeWorld, type Somebody, type Taken, taking } from './bridge/world.ts';

const ada = agentId('ada');
const bruno = agentId('bruno');
const timeoutMs = 30_000;

/** What every bridge does, shown on a network with one person and two agents. */
export function bridgeContract(name: string, setUp: () => Promise<BridgeWorld>): void {
  describe(name, { timeout: timeoutMs }, () => {
    let world: BridgeWorld;
    let mara: Somebody;
    let taken: Taken;
    let count = 0;

    beforeAll(async () => {
      world = await setUp();
      taken = taking();
      await world.bridge.start(taken);
      for (const agent of [ada, bruno, agentId('parley')]) await world.bridge.ensureAgent(exampleAgent(agent), null);
      mara = await world.person('mara');
    }, 180_000);

    afterAll(async () => {
      await world.bridge.stop();
      await world.bridge.stop();
      await world.close();
    });

    async function roomWith(...agents: (typeof ada)[]): Promise<ChatId> {
      const chat = await mara.createRoom({ name: 'Garden', topic: 'Bees', invite: agents.map(agentMember) });
      for (const agent of agents) await world.bridge.join(chat, agent);
      return chat;
    }

    function delivery(chat: ChatId, text: string, changes: Partial<Delivery> = {}): Delivery {
      count += 1;
      return {
        chat,
        as: ada,
        deliveryId: `turn-${count}/0`,
        body: { kind: 'markdown', text, notice: false },
        thread: null,
        replyTo: null,
        people: null,
        mark: { turn: `turn-${count}`, part: 0, state: 'complete', trigger: null },
        ...changes,
      };
    }

    const arrives = (id: MessageId): Promise<ChatEvent> => taken.first(event => event._id === id);
    const texts = async (chat: ChatId) => (await mara.timeline(chat)).map(({ text }) => text);

    describe('people and agents', () => {
      it('gives agents addresses that lead back to them, and others none', () => {
        expect(world.bridge.memberAt(world.bridge.addressOf(ada))).toBe(agentMember(ada));
        expect(world.bridge.memberAt(world.bridge.addressOf(agentId('parley')))).toBe('agent:parley');
        expect(world.bridge.addressOf(ada)).not.toBe(world.bridge.addressOf(bruno));
        expect(world.bridge.memberAt(externalIdOf(mara.id))).toBe(mara.id);
      });

      it('makes an agent again without change, with and without the fingerprint', async () => {
        const first = await world.bridge.ensureAgent(exampleAgent(ada), null);
        expect(await world.bridge.ensureAgent(exampleAgent(ada), first)).toBe(first);
        expect(await world.bridge.ensureAgent(exampleAgent(ada), 'from an older Parley')).toBe(first);
      });

      it('shows a new name in the rooms of the agent', async () => {
        const chat = await roomWith(bruno);
        const first = await world.bridge.ensureAgent(exampleAgent(bruno), null);
        await world.bridge.ensureAgent({ ...exampleAgent(bruno), name: 'Bruno the Second' }, first);
        const name = async () => {
          const { members } = await world.bridge.state(chat, bruno);
          return members.find(({ id }) => id === agentMember(bruno))?.name;
        };
        // A homeserver may take the name into the rooms one by one, afterwards.
        await expect.poll(name, { timeout: 10_000 }).toBe('Bruno the Second');
      });

      it('takes hints without complaint', async () => {
        const chat = await roomWith(ada);
        const stop = world.bridge.showTyping(chat, ada);
        await world.bridge.setPresence(ada, 'online', 'thinks');
        stop();
        stop();
        await world.bridge.setPresence(ada, 'offline', null);
      });
    });

    describe('what people do', () => {
      it.each([ada, agentId('parley')])(
        'tells %s of an invitation, and lets the agent in, twice if asked',
        async agent => {
          const chat = await mara.createRoom({ invite: [agentMember(agent)] });
          const invited = await taken.first(event => event.chat === chat && event.messageType === 'membership');
          expect(invited).toMatchObject({ from: mara.id, member: agentMember(agent), change: 'invited' });
          expect((await world.bridge.rooms(agent)).invited).toContainEqual(
            expect.objectContaining({ chat, from: mara.id, member: agentMember(agent), change: 'invited' }),
          );
          await world.bridge.join(chat, agent);
          await world.bridge.join(chat, agent);
          expect((await world.bridge.rooms(agent)).joined).toContain(chat);
        },
      );

      it('tells of what is said, in order and once', async () => {
        const chat = await roomWith(ada);
        const ids = [await mara.say(chat, 'one'), await mara.say(chat, 'two'), await mara.say(chat, 'three')];
        await arrives(ids[2] as MessageId);
        const said = taken.events.filter(event => event.chat === chat && event.messageType === 'text');
        expect(said.map(({ _id }) => _id)).toEqual(ids);
        expect(said[0]).toMatchObject({ from: mara.id, text: 'one', replyTo: null, thread: null, mentions: [] });
      });

      it('tells of replies and threads', async () => {
        const chat = await roomWith(ada);
        const root = await mara.say(chat, 'root');
        const reply = await mara.say(chat, 'reply', { replyTo: root });
        const inThread = await mara.say(chat, 'threaded', { thread: root });
        expect(await arrives(reply)).toMatchObject({ text: 'reply', replyTo: root, thread: null });
        expect(await arrives(inThread)).toMatchObject({ text: 'threaded', replyTo: null, thread: root });
      });

      it('tells of edits, reactions and redactions', async () => {
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
        const chat = await roomWith(ada);
        const data = new TextEncoder().encode('flour, water, salt');
        const event = await arrives(await mara.sendFile(chat, 'bread.txt', data));
        expect(event).toMatchObject({ messageType: 'file', attachment: { name: 'bread.txt', size: data.length } });
        const source = 'attachment' in event ? (event.attachment?.source ?? '') : '';
        const { signal } = new AbortController();
        expect(Buffer.from(await world.bridge.readAttachment(source, ada, 100, signal))).toEqual(Buffer.from(data));
        await expect(world.bridge.readAttachment(source, ada, 5, signal)).rejects.toMatchObject({
          code: 'MESSAGE_TOO_LARGE',
        });
      });

      it('tells of kicks and bans, after which the agent may not speak', async () => {
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
        await expect(world.bridge.send(delivery(chat, 'but'))).rejects.toMatchObject(refused);
        await expect(world.bridge.join(chat, bruno)).rejects.toMatchObject(refused);
        await world.bridge.leave(chat, ada);
      });

      it('delivers again what the intake could not take', async () => {
        const chat = await roomWith(ada);
        await mara.say(chat, 'before');
        taken.failures = 2;
        const ids = [await mara.say(chat, 'first'), await mara.say(chat, 'second')];
        await arrives(ids[1] as MessageId);
        const said = taken.events.filter(event => event.chat === chat && event.messageType === 'text');
        expect(said.map(event => ('text' in event ? event.text : ''))).toEqual(['before', 'first', 'second']);
      });
    });

    describe('what agents send', () => {
      it('stands in the room, and is not delivered to us', async () => {
        const chat = await roomWith(ada);
        const question = await mara.say(chat, 'hi?');
        const mark = { turn: 'a-turn', part: 2, state: 'streaming', trigger: question } as const;
        const id = await world.bridge.send(delivery(chat, 'Hello **there**', { replyTo: question, mark }));
        const last = (await mara.timeline(chat)).at(-1);
        expect(last).toMatchObject({
          id,
          from: 'agent:ada',
          text: 'Hello **there**',
          replyTo: question,
          notice: false,
        });
        expect(last?.mark).toMatchObject({ turn: 'a-turn', part: 2, state: 'streaming' });
        await arrives(await mara.say(chat, 'bye'));
        expect(taken.events.map(event => externalIdOf(event._id))).not.toContain(id);
      });

      it('stands there once, however often it is sent', async () => {
        const chat = await roomWith(ada);
        const once = delivery(chat, 'once');
        const ids = await Promise.all([world.bridge.send(once), world.bridge.send(once)]);
        ids.push(await world.bridge.send({ ...once, body: { kind: 'markdown', text: 'changed', notice: false } }));
        expect(new Set(ids).size).toBe(1);
        expect(await texts(chat)).toEqual(['once']);
      });

      it('is found again by its mark, also after an edit or a redaction, and by nobody but its sender', async () => {
        const chat = await roomWith(ada, bruno);
        const since = Date.now() - 3_600_000;
        const [one, two] = [delivery(chat, 'one'), delivery(chat, 'two')];
        expect(await world.bridge.findSent(one, since)).toBeNull();
        const ids = [await world.bridge.send(one), await world.bridge.send(two)];
        const find = () => Promise.all([one, two].map(sent => world.bridge.findSent(sent, since)));
        expect(await find()).toEqual(ids);
        await world.bridge.edit(ids[0] ?? '', { ...one, deliveryId: `${one.deliveryId}/final` });
        await mara.say(chat, 'and then?');
        expect(await find()).toEqual(ids);
        const target = { chat, as: ada, deliveryId: `${two.deliveryId}/removed`, reason: 'stopped' };
        await world.bridge.redact({ ...target, externalId: ids[1] ?? '' });
        expect(await find()).toEqual(ids);
        expect(await world.bridge.findSent({ ...one, as: bruno }, since)).toBeNull();
      });

      it('is kept apart by agent, also with the same delivery id', async () => {
        const chat = await roomWith(ada, bruno);
        const one = delivery(chat, 'same');
        const ids = [await world.bridge.send(one), await world.bridge.send({ ...one, as: bruno })];
        expect(new Set(ids).size).toBe(2);
        expect((await mara.timeline(chat)).map(({ from }) => from)).toEqual(['agent:ada', 'agent:bruno']);
      });

      it('changes by edits, each of which counts once', async () => {
        const chat = await roomWith(ada);
        const first = delivery(chat, 'a', { mark: { turn: 't', part: 0, state: 'streaming', trigger: null } });
        const id = await world.bridge.send(first);
        const longer = delivery(chat, 'a b');
        await world.bridge.edit(id, longer);
        const last = delivery(chat, 'a b c', { mark: { turn: 't', part: 0, state: 'complete', trigger: null } });
        await world.bridge.edit(id, last);
        await world.bridge.edit(id, longer);
        const timeline = await mara.timeline(chat);
        expect(timeline).toHaveLength(1);
        expect(timeline[0]).toMatchObject({ id, text: 'a b c', mark: { state: 'complete' } });
      });

      it('goes away by redaction, twice if asked', async () => {
        const chat = await roomWith(ada);
        const externalId = await world.bridge.send(delivery(chat, 'oops'));
        const target = { chat, as: ada, externalId, deliveryId: `${externalId}/redact`, reason: 'stopped' };
        await world.bridge.redact(target);
        await world.bridge.redact(target);
        expect((await mara.timeline(chat)).at(-1)?.redacted).toBe(true);
      });

      it('may be a reaction, which stands there once and can be taken back', async () => {
        const chat = await roomWith(ada);
        const target = await mara.say(chat, 'Who knows?');
        const reaction = { chat, as: ada, target, key: '⏳', deliveryId: `${target}/waits` };
        const ids = [await world.bridge.react(reaction), await world.bridge.react(reaction)];
        expect(new Set(ids).size).toBe(1);
        const reactions = async () => (await mara.timeline(chat))[0]?.reactions.map(({ from, key }) => ({ from, key }));
        expect(await reactions()).toEqual([{ from: agentMember(ada), key: '⏳' }]);
        const back = { chat, as: ada, externalId: ids[0] ?? '', deliveryId: `${target}/over`, reason: 'over' };
        await world.bridge.redact(back);
        expect(await reactions()).toEqual([]);
      });

      it('may be in a thread, a notice, or a file', async () => {
        const chat = await roomWith(ada);
        const root = await mara.say(chat, 'root');
        await world.bridge.send(delivery(chat, 'in the thread', { thread: root }));
        await world.bridge.send(
          delivery(chat, 'careful', { body: { kind: 'markdown', text: 'careful', notice: true } }),
        );
        const file = { kind: 'file', name: 'answer.md', mimeType: 'text/markdown', text: '# Long' } as const;
        await world.bridge.send(delivery(chat, '', { body: file }));
        const [, threaded, notice, sent] = await mara.timeline(chat);
        expect(threaded).toMatchObject({ text: 'in the thread', thread: root });
        expect(notice).toMatchObject({ text: 'careful', notice: true });
        expect(sent?.text).toBe('answer.md');
      });

      it('fits, or is refused before and while it is sent', async () => {
        const chat = await roomWith(ada);
        expect(world.bridge.fits('Short. '.repeat(100))).toBe(true);
        const long = 'Long. '.repeat(20_000);
        expect(world.bridge.fits(long)).toBe(false);
        await expect(world.bridge.send(delivery(chat, long))).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
      });

      it('is as large as it may be, also as an edit', async () => {
        const chat = await roomWith(ada);
        let text = 'Start';
        for (let step = 32_768; step >= 1; step /= 2) {
          const more = text + '*é* "x"\n'.repeat(step);
          if (world.bridge.fits(more)) text = more;
        }
        const id = await world.bridge.send(delivery(chat, text));
        await world.bridge.edit(id, delivery(chat, text));
        expect((await mara.timeline(chat)).at(-1)?.text.length).toBe(text.length);
      });
    });

    moderatingContract(() => ({ ...world, mara, taken, roomWith, delivery }));

    describe('rooms', () => {
      it('have a state', async () => {
        const chat = await roomWith(ada);
        const state = await world.bridge.state(chat, ada);
        expect(state).toMatchObject({ name: 'Garden', topic: 'Bees', encrypted: false, creator: mara.id });
        expect(state.members.map(({ id }) => id).toSorted()).toEqual(['agent:ada', mara.id].toSorted());
        await expect(world.bridge.state(chat, bruno)).rejects.toMatchObject({ code: 'BRIDGE_FORBIDDEN' });
      });

      it('are made once for each key', async () => {
        const invite = [mara.id, agentMember(bruno)];
        const room = {
          key: `lobby-${Date.now()}`,
          as: ada,
          kind: 'group',
          name: 'Lobby',
          topic: null,
          invite,
        } as const;
        const chat = await world.bridge.ensureRoom(room);
        expect(await world.bridge.ensureRoom(room)).toBe(chat);
        await mara.join(chat);
        await world.bridge.join(chat, bruno);
        await world.bridge.send(delivery(chat, 'welcome'));
        expect(await texts(chat)).toEqual(['welcome']);
        expect(await world.bridge.ensureRoom({ ...room, key: `${room.key}-2` })).not.toBe(chat);
      });

      it('have an address that leads there, the same each time', async () => {
        const [one, other] = [await roomWith(ada), await roomWith(ada)];
        expect(URL.canParse(world.bridge.linkTo(one))).toBe(true);
        expect(world.bridge.linkTo(one)).toBe(world.bridge.linkTo(one));
        expect(world.bridge.linkTo(one)).not.toBe(world.bridge.linkTo(other));
        expect(world.bridge.linkTo(one)).not.toMatch(/[\s<>()[\]"]/);
      });

      it('may be for one person', async () => {
        const room = { key: `dm-${Date.now()}`, as: ada, kind: 'private', name: null, topic: null } as const;
        const chat = await world.bridge.ensureRoom({ ...room, invite: [mara.id] });
        await mara.join(chat);
        await arrives(await mara.say(chat, 'hello'));
        await mara.leave(chat);
        await world.bridge.leave(chat, ada);
        await world.bridge.leave(chat, ada);
      });

      it('are read back to a mark, oldest first, without what agents said', async () => {
        const chat = await roomWith(ada);
        const old = await mara.say(chat, 'old');
        const { mark, events } = await world.bridge.history({ chat, as: ada, since: null, limit: 50 });
        expect(events.at(-1)?._id).toBe(old);
        await world.bridge.send(delivery(chat, 'mine'));
        const fresh = [await mara.say(chat, 'b'), await mara.say(chat, 'c'), await mara.say(chat, 'd')];
        const since = await world.bridge.history({ chat, as: ada, since: mark, limit: 50 });
        expect(since.events.map(({ _id }) => _id)).toEqual(fresh);
        const two = await world.bridge.history({ chat, as: ada, since: mark, limit: 2 });
        expect(two.events.map(({ _id }) => _id)).toEqual(fresh.slice(1));
        const none = await world.bridge.history({ chat, as: ada, since: since.mark, limit: 50 });
        expect(none).toEqual({ events: [], mark: since.mark });
        await arrives(fresh[2] as MessageId);
        const delivered = taken.events.filter(event => fresh.includes(event._id));
        expect(since.events).toEqual(delivered);
      });
    });
  });
}
