import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Script, say } from '../fakes/scripted-model/script.ts';
import { describeWith } from '../servers.ts';
import type { Person } from './driver/person.ts';
import type { RoomMessage } from './driver/room-view.ts';
import { World } from './driver/world.ts';

const stopSigns = { plain: '🛑', 'with a variation selector': '🛑\u{FE0F}' } as const;

describeWith('synapse', '6. corrections', () => {
  let world: World;
  let mara: Person;

  beforeAll(async () => {
    world = await World.start();
    mara = await world.newPerson('Mara');
  });
  afterAll(() => world?.stop());

  function newDialogue(): Promise<string> {
    return world.dialogue(mara, world.agents.ada);
  }

  /** Keeps Ada busy, so that what is said next waits for its turn. */
  async function busyAda(room: string): Promise<string> {
    const to = await mara.say(room, '[[slow: 80 words, 100ms]]');
    // Before its first word is out, another message would be answered together with this one.
    await mara.waitForStart(room, to);
    return to;
  }

  function agentMessages(room: string): RoomMessage[] {
    return mara.messages(room).filter(message => message.sender === world.agents.ada && !message.redacted);
  }

  describe('a message that waits for its answer', () => {
    it('is answered as edited', async () => {
      const room = await newDialogue();
      const first = await busyAda(room);
      const to = await mara.say(room, '[[say: before the edit]]');
      await mara.edit(room, to, '[[say: after the edit]]');
      await mara.waitForAnswer(room, { to: first });
      expect((await mara.waitForAnswer(room, { to })).text).toBe('after the edit');
      const marker = await mara.ask(room, 'marker');
      expect(marker.text).toContain('marker');
      expect(mara.answers(room, to)).toHaveLength(1);
      expect(world.model.asked('before the edit')).toEqual([]);
    });

    it('is not answered when it is redacted', async () => {
      const room = await newDialogue();
      await busyAda(room);
      const to = await mara.say(room, 'a slip of the tongue');
      await mara.redact(room, to);
      const marker = await mara.ask(room, 'marker after a slip');
      expect(marker.text).toContain('marker after a slip');
      expect(mara.answers(room, to)).toEqual([]);
      expect(world.model.requests.filter(request => request.everything.includes('a slip of the tongue'))).toEqual([]);
    });
  });

  describe('an answer in the making', () => {
    it('stops when its question is redacted', async () => {
      const room = await newDialogue();
      const to = await mara.say(room, 'take it back [[slow: 300 words, 100ms]]');
      await mara.waitForStart(room, to);
      await mara.redact(room, to);
      const call = await world.model.waitFor(
        request => request.text.includes('take it back') && request.aborted,
        5_000,
      );
      expect(call.aborted).toBe(true);
      await mara.ask(room, 'marker');
      const left = mara.answers(room, to)[0];
      expect(left?.text ?? '').not.toContain('word300');
      expect(left?.message.mark?.state ?? 'complete').toBe('complete');
    });

    for (const [name, key] of Object.entries(stopSigns)) {
      it(`stops at 🛑 (${name}), and what there was stays`, async () => {
        const room = await newDialogue();
        const to = await mara.say(room, `stop ${name} [[slow: 300 words, 100ms]]`);
        const begun = await mara.waitForStart(room, to);
        await mara.react(room, begun.message.id, key);
        await world.model.waitFor(request => request.text.includes(`stop ${name}`) && request.aborted, 5_000);
        const stopped = await mara.waitForAnswer(room, { to });
        expect(stopped.message.id).toBe(begun.message.id);
        expect(stopped.text).toMatch(/^word1 word2/);
        expect(stopped.text).not.toContain('word300');
        const marker = await mara.ask(room, 'marker');
        expect(marker.text).toContain('marker');
        expect(mara.answers(room, to).map(answer => answer.text)).toEqual([stopped.text]);
      });
    }

    it('goes on when somebody reacts with something else, or to something else', async () => {
      const room = await newDialogue();
      const to = await mara.say(room, '[[slow: 120 words, 50ms]]');
      const begun = await mara.waitForStart(room, to);
      await mara.react(room, begun.message.id, '👍');
      await mara.react(room, must(agentMessages(room)[0]).id, '🛑');
      expect((await mara.waitForAnswer(room, { to })).text).toMatch(/word120$/);
    });
  });

  describe('🔁 on an answer', () => {
    it('makes it again, in the same message', async () => {
      const room = await newDialogue();
      const undo = world.model.rule(takes('make it again'));
      const first = await mara.ask(room, 'make it again');
      expect(first.text).toBe('take 1');
      for (const take of [2, 3]) {
        await mara.react(room, first.message.id, take === 2 ? '🔁' : '🔁\u{FE0F}');
        const again = await mara.waitForMessage(
          room,
          message => message.body === `take ${take}` && message.mark?.state === 'complete',
        );
        expect(again.id).toBe(first.message.id);
        const mine = mara.view(room).events.find(event => event.type === 'm.reaction' && event.sender === mara.id);
        if (mine !== undefined) await mara.redact(room, mine.event_id);
      }
      undo();
      expect(agentMessages(room)).toHaveLength(2);
      expect(world.model.asked('make it again')).toHaveLength(3);
    });

    it('replaces a long answer in several messages, and leaves nothing of it', async () => {
      const room = await newDialogue();
      const to = await mara.say(room, '[[long: 80000 chars]] then short');
      const split = await mara.watch.until('two parts', () => {
        const found = mara.answers(room, to)[0];
        return found !== undefined && found.text.length >= 79_900 ? found : undefined;
      });
      const undo = world.model.rule(request => (request.text.includes('then short') ? say('short') : undefined));
      await mara.react(room, split.message.id, '🔁');
      await mara.waitForMessage(room, message => message.body === 'short' && message.mark?.state === 'complete');
      await mara.ask(room, 'marker');
      undo();
      expect(mara.answers(room, to).map(answer => answer.text.includes('Paragraph'))).toEqual([false]);
    });
  });

  describe('!help', () => {
    it('shows what there is, without a model', async () => {
      const room = await newDialogue();
      const calls = world.model.requests.length;
      const help = await mara.ask(room, '!help');
      for (const shown of ['!help', '🛑', '🔁']) expect(help.text).toContain(shown);
      expect(world.model.requests).toHaveLength(calls);
    });

    it('is answered once in a room of several', async () => {
      const { ada, bruno, clara, parley } = world.agents;
      const room = await world.room(mara, [ada, bruno, clara, parley]);
      const help = await mara.ask(room, '!help');
      await mara.ask(room, '@Ada marker');
      expect(mara.answers(room, help.message.mark?.trigger ?? '')).toHaveLength(1);
    });
  });
});

/** `take 1`, `take 2`, …: another answer each time. */
function takes(marker: string): (request: { readonly text: string }) => Script | undefined {
  let count = 0;
  return request => {
    if (!request.text.includes(marker)) return undefined;
    count += 1;
    return say(`take ${count}`);
  };
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected a value');
  return value;
}
