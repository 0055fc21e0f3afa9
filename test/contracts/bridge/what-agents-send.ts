import { describe, expect, it } from 'vitest';
import { agentId, agentMember, externalIdOf } from '../../../src/core/ids.ts';
import type { Scene } from './scene.ts';

const ada = agentId('ada');
const bruno = agentId('bruno');

/** What a bridge sends for agents. */
export function whatAgentsSendContract(sceneOf: () => Scene): void {
  describe('what agents send', () => {
    it('stands in the room, and is not delivered to us', async () => {
      const { bridge, mara, taken, roomWith, delivery, arrives } = sceneOf();
      const chat = await roomWith(ada);
      const question = await mara.say(chat, 'hi?');
      const mark = { turn: 'a-turn', part: 2, state: 'streaming', trigger: question } as const;
      const id = await bridge.send(delivery(chat, 'Hello **there**', { replyTo: question, mark }));
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
      const { bridge, roomWith, delivery, texts } = sceneOf();
      const chat = await roomWith(ada);
      const once = delivery(chat, 'once');
      const ids = await Promise.all([bridge.send(once), bridge.send(once)]);
      ids.push(await bridge.send({ ...once, body: { kind: 'markdown', text: 'changed', notice: false } }));
      expect(new Set(ids).size).toBe(1);
      expect(await texts(chat)).toEqual(['once']);
    });

    it('is found again by its mark, also after an edit or a redaction, and by nobody but its sender', async () => {
      const { bridge, mara, roomWith, delivery } = sceneOf();
      const chat = await roomWith(ada, bruno);
      const since = Date.now() - 3_600_000;
      const [one, two] = [delivery(chat, 'one'), delivery(chat, 'two')];
      expect(await bridge.findSent(one, since)).toBeNull();
      const ids = [await bridge.send(one), await bridge.send(two)];
      const find = () => Promise.all([one, two].map(sent => bridge.findSent(sent, since)));
      expect(await find()).toEqual(ids);
      await bridge.edit(ids[0] ?? '', { ...one, deliveryId: `${one.deliveryId}/final` });
      await mara.say(chat, 'and then?');
      expect(await find()).toEqual(ids);
      const target = { chat, as: ada, deliveryId: `${two.deliveryId}/removed`, reason: 'stopped' };
      await bridge.redact({ ...target, externalId: ids[1] ?? '' });
      expect(await find()).toEqual(ids);
      expect(await bridge.findSent({ ...one, as: bruno }, since)).toBeNull();
    });

    it('is kept apart by agent, also with the same delivery id', async () => {
      const { bridge, mara, roomWith, delivery } = sceneOf();
      const chat = await roomWith(ada, bruno);
      const one = delivery(chat, 'same');
      const ids = [await bridge.send(one), await bridge.send({ ...one, as: bruno })];
      expect(new Set(ids).size).toBe(2);
      expect((await mara.timeline(chat)).map(({ from }) => from)).toEqual(['agent:ada', 'agent:bruno']);
    });

    it('changes by edits, each of which counts once', async () => {
      const { bridge, mara, roomWith, delivery } = sceneOf();
      const chat = await roomWith(ada);
      const first = delivery(chat, 'a', { mark: { turn: 't', part: 0, state: 'streaming', trigger: null } });
      const id = await bridge.send(first);
      const longer = delivery(chat, 'a b');
      await bridge.edit(id, longer);
      const last = delivery(chat, 'a b c', { mark: { turn: 't', part: 0, state: 'complete', trigger: null } });
      await bridge.edit(id, last);
      await bridge.edit(id, longer);
      const timeline = await mara.timeline(chat);
      expect(timeline).toHaveLength(1);
      expect(timeline[0]).toMatchObject({ id, text: 'a b c', mark: { state: 'complete' } });
    });

    it('tells how it was edited last, and that it grew', async () => {
      const { bridge, taken, roomWith, delivery } = sceneOf();
      const chat = await roomWith(ada);
      const marked = (text: string, state: 'streaming' | 'complete') =>
        delivery(chat, text, { mark: { turn: `turn in ${chat}`, part: 0, state, trigger: null } });
      const externalId = await bridge.send(marked('a', 'streaming'));
      const latest = () => bridge.latestEdit({ chat, as: ada, externalId });
      expect(await latest()).toBeNull();
      await bridge.edit(externalId, marked('a b', 'complete'));
      expect(await latest()).toMatchObject({ state: 'complete' });
      expect(taken.grown).not.toContain(`turn in ${chat}`);
      await bridge.edit(externalId, marked('a b c', 'streaming'));
      const late = await latest();
      expect(late?.state).toBe('streaming');
      await expect.poll(() => taken.grown, { timeout: 10_000 }).toContain(`turn in ${chat}`);
      await bridge.edit(externalId, marked('a b', 'complete'));
      expect((await latest())?.id).not.toBe(late?.id);
    });

    it('goes away by redaction, twice if asked', async () => {
      const { bridge, mara, roomWith, delivery } = sceneOf();
      const chat = await roomWith(ada);
      const externalId = await bridge.send(delivery(chat, 'oops'));
      const target = { chat, as: ada, externalId, deliveryId: `${externalId}/redact`, reason: 'stopped' };
      await bridge.redact(target);
      await bridge.redact(target);
      expect((await mara.timeline(chat)).at(-1)?.redacted).toBe(true);
    });

    it('may be a reaction, which stands there once and can be taken back', async () => {
      const { bridge, mara, roomWith } = sceneOf();
      const chat = await roomWith(ada);
      const target = await mara.say(chat, 'Who knows?');
      const reaction = { chat, as: ada, target, key: '⏳', deliveryId: `${target}/waits` };
      const ids = [await bridge.react(reaction), await bridge.react(reaction)];
      expect(new Set(ids).size).toBe(1);
      const reactions = async () => (await mara.timeline(chat))[0]?.reactions.map(({ from, key }) => ({ from, key }));
      expect(await reactions()).toEqual([{ from: agentMember(ada), key: '⏳' }]);
      const back = { chat, as: ada, externalId: ids[0] ?? '', deliveryId: `${target}/over`, reason: 'over' };
      await bridge.redact(back);
      expect(await reactions()).toEqual([]);
    });

    it('may be in a thread, a notice, or a file', async () => {
      const { bridge, mara, roomWith, delivery } = sceneOf();
      const chat = await roomWith(ada);
      const root = await mara.say(chat, 'root');
      await bridge.send(delivery(chat, 'in the thread', { thread: root }));
      await bridge.send(delivery(chat, 'careful', { body: { kind: 'markdown', text: 'careful', notice: true } }));
      const file = { kind: 'file', name: 'answer.md', mimeType: 'text/markdown', text: '# Long' } as const;
      await bridge.send(delivery(chat, '', { body: file }));
      const [, threaded, notice, sent] = await mara.timeline(chat);
      expect(threaded).toMatchObject({ text: 'in the thread', thread: root });
      expect(notice).toMatchObject({ text: 'careful', notice: true });
      expect(sent?.text).toBe('answer.md');
    });

    it('may be a file that people open, once, with a picture shown as such, in a thread or not', async () => {
      const { bridge, mara, roomWith, delivery } = sceneOf();
      const chat = await roomWith(ada);
      const root = await mara.say(chat, 'root');
      const data = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 255]);
      const { body: _, ...where } = delivery(chat, '', { thread: root });
      const picture = { ...where, file: { name: 'plot.png', mimeType: 'image/png', data } };
      const ids = [await bridge.sendFile(picture), await bridge.sendFile(picture)];
      expect(new Set(ids).size).toBe(1);
      const table = { name: 'plot.csv', mimeType: 'text/csv', data: new TextEncoder().encode('a,b') };
      await bridge.sendFile({ ...where, deliveryId: `${where.deliveryId}/2`, thread: null, file: table });
      const [, first, second] = await mara.timeline(chat);
      expect(first).toMatchObject({ id: ids[0], text: 'plot.png', thread: root, from: 'agent:ada' });
      expect([first?.file?.mimeType, second?.file?.mimeType]).toEqual(['image/png', 'text/csv']);
      expect(second).toMatchObject({ text: 'plot.csv', thread: null });
      const signal = AbortSignal.timeout(10_000);
      const read = await bridge.readAttachment(first?.file?.source ?? '', ada, 100, signal);
      expect([...read]).toEqual([...data]);
    });

    it('fits, or is refused before and while it is sent', async () => {
      const { bridge, roomWith, delivery } = sceneOf();
      const chat = await roomWith(ada);
      expect(bridge.fits('Short. '.repeat(100))).toBe(true);
      const long = 'Long. '.repeat(20_000);
      expect(bridge.fits(long)).toBe(false);
      await expect(bridge.send(delivery(chat, long))).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
    });

    it('is as large as it may be, also as an edit', async () => {
      const { bridge, mara, roomWith, delivery } = sceneOf();
      const chat = await roomWith(ada);
      let text = 'Start';
      for (let step = 32_768; step >= 1; step /= 2) {
        const more = text + '*é* "x"\n'.repeat(step);
        if (bridge.fits(more)) text = more;
      }
      const id = await bridge.send(delivery(chat, text));
      await bridge.edit(id, delivery(chat, text));
      expect((await mara.timeline(chat)).at(-1)?.text.length).toBe(text.length);
    });
  });
}
