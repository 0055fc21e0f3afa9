import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import type { Person } from './driver/person.ts';
import { begunAt, completedAt, overlaps } from './driver/timing.ts';
import { type AgentIds, World } from './driver/world.ts';

describeWith('synapse', '4. several agents in a room', () => {
  let world: World;
  let agents: AgentIds;
  let mara: Person;
  let otto: Person;

  beforeAll(async () => {
    world = await World.start();
    agents = world.agents;
    mara = await world.newPerson('Mara');
    otto = await world.newPerson('Otto');
  });
  afterAll(() => world?.stop());

  /** A room of Mara and Otto with all three agents. */
  function newRoom(): Promise<string> {
    return world.room(mara, [agents.ada, agents.bruno, agents.clara], { others: [otto] });
  }

  /** Ends a test about silence: Ada answers this, and everything before it in the room has been dealt with. */
  async function marker(room: string): Promise<void> {
    const answer = await mara.ask(room, '[[say: marker]]', { mentions: [agents.ada] });
    expect([answer.sender, answer.text]).toEqual([agents.ada, 'marker']);
  }

  describe('speak one after the other', () => {
    it('in the Lobby: Ada, then Bruno, who has read her answer', async () => {
      const { owner, model } = world;
      const lobby = await world.lobby();
      const to = await owner.say(lobby, '@Ada, @Bruno: what speaks against monorepos? [[slow: 20 words, 50ms]]');
      const ada = await owner.waitForAnswer(lobby, { to, from: agents.ada });
      const bruno = await owner.waitForAnswer(lobby, { to, from: agents.bruno });
      expect(completedAt(ada)).toBeLessThanOrEqual(begunAt(bruno));
      const requests = model.requests.filter(request => request.everything.includes('what speaks against monorepos?'));
      expect(requests.map(request => request.agent)).toEqual(['Ada', 'Bruno']);
      expect(requests[1]?.everything).toContain('word19 word20');
      expect(overlaps(requests)).toBe(false);
    });

    it('in the order in which they are named', async () => {
      const room = await newRoom();
      const to = await mara.say(room, '@Clara and then @Ada, your turn');
      const clara = await mara.waitForAnswer(room, { to, from: agents.clara });
      const ada = await mara.waitForAnswer(room, { to, from: agents.ada });
      expect(completedAt(clara)).toBeLessThanOrEqual(begunAt(ada));
      await marker(room);
      expect(mara.answers(room, to)).toHaveLength(2);
    });

    it('never two at once, though two people ask three agents', async () => {
      const room = await newRoom();
      const slow = '[[slow: 12 words, 50ms]] crowded';
      const asked = [
        { to: await mara.say(room, `@Ada ${slow}`), from: agents.ada },
        { to: await otto.say(room, `@Bruno ${slow}`), from: agents.bruno },
        { to: await mara.say(room, `@Clara ${slow}`), from: agents.clara },
      ];
      const answers = await Promise.all(asked.map(one => mara.waitForAnswer(room, one)));
      expect(overlaps(world.model.asked('crowded'))).toBe(false);
      expect(completedAt(must(answers[0]))).toBeLessThanOrEqual(begunAt(must(answers[1])));
      expect(completedAt(must(answers[1]))).toBeLessThanOrEqual(begunAt(must(answers[2])));
    });
  });

  describe('who is mentioned answers, and nobody else', () => {
    it('by a pill alone, as Cinny sends it', async () => {
      const room = await newRoom();
      const answer = await mara.ask(room, 'by pill', { pills: [{ userId: agents.bruno, name: 'Bruno' }] });
      expect(answer.sender).toBe(agents.bruno);
      await marker(room);
      expect(mara.answers(room, answer.message.mark?.trigger ?? '')).toHaveLength(1);
    });

    it('by m.mentions alone', async () => {
      const room = await newRoom();
      expect((await mara.ask(room, 'by m.mentions', { mentions: [agents.clara] })).sender).toBe(agents.clara);
    });

    it('by the bare name', async () => {
      const room = await newRoom();
      expect((await mara.ask(room, '@Bruno by name')).sender).toBe(agents.bruno);
      expect((await mara.ask(room, 'Clara, by name')).sender).toBe(agents.clara);
      expect((await mara.ask(room, `${agents.ada} by address`)).sender).toBe(agents.ada);
    });
  });

  describe('when nobody is mentioned', () => {
    it('the agent answers that the message replies to', async () => {
      const room = await newRoom();
      const bruno = await mara.ask(room, '@Bruno hello');
      await mara.ask(room, '@Ada hello');
      const reply = await mara.say(room, 'are you sure?', { replyTo: bruno.message.id });
      expect((await mara.waitForAnswer(room, { to: reply })).sender).toBe(agents.bruno);
      await marker(room);
      expect(mara.answers(room, reply)).toHaveLength(1);
    });

    it('or else the one that was addressed last', async () => {
      const room = await newRoom();
      await mara.ask(room, '@Ada hello');
      await mara.ask(room, '@Clara hello');
      const next = await mara.say(room, 'and what else?');
      expect((await mara.waitForAnswer(room, { to: next })).sender).toBe(agents.clara);
      await marker(room);
      expect(mara.answers(room, next)).toHaveLength(1);
      expect(world.model.asked('and what else?')).toHaveLength(1);
    });

    it('or else the one whose skills match best', async () => {
      const questions = [
        ['Can someone debug this TypeScript code and review my pull request?', agents.ada],
        ['Can someone analyse the data in this CSV and make statistics and a chart of it?', agents.bruno],
        ['Can someone research this on the web and write a summary of the sources?', agents.clara],
      ] as const;
      for (const [question, agent] of questions) {
        const room = await newRoom();
        const to = await mara.say(room, question);
        expect([question, (await mara.waitForAnswer(room, { to })).sender]).toEqual([question, agent]);
        await marker(room);
        expect(mara.answers(room, to)).toHaveLength(1);
      }
    });
  });

  describe('people who talk with each other are left alone', () => {
    it('in a reply to a person', async () => {
      const room = await newRoom();
      const first = await otto.say(room, '@Ada hello');
      await mara.waitForAnswer(room, { to: first });
      const reply = await mara.say(room, 'I agree with you', { replyTo: first });
      await marker(room);
      expect(mara.answers(room, reply)).toEqual([]);
    });

    it('in a message that mentions a person', async () => {
      const room = await newRoom();
      await mara.ask(room, '@Ada hello');
      const plain = await mara.say(room, 'Otto: lunch?', { mentions: [otto.id] });
      const pill = await mara.say(room, 'lunch?', { pills: [{ userId: otto.id, name: 'Otto' }] });
      await marker(room);
      expect([...mara.answers(room, plain), ...mara.answers(room, pill)]).toEqual([]);
      expect(world.model.asked('lunch?')).toEqual([]);
    });
  });

  describe('threads', () => {
    it('are answered in the thread', async () => {
      const room = await newRoom();
      const root = await mara.say(room, 'just a remark', { mentions: [otto.id] });
      const to = await mara.say(room, '@Bruno what do you say?', { thread: root });
      const answer = await mara.waitForAnswer(room, { to });
      expect([answer.sender, answer.message.thread]).toEqual([agents.bruno, root]);
    });

    it('have their own last addressed agent', async () => {
      const room = await newRoom();
      const root = await mara.say(room, 'another remark', { mentions: [otto.id] });
      await mara.ask(room, '@Bruno in the thread', { thread: root });
      await mara.ask(room, '@Clara outside of it');
      const inside = await mara.ask(room, 'and further?', { thread: root });
      expect([inside.sender, inside.message.thread]).toEqual([agents.bruno, root]);
      const outside = await mara.ask(room, 'and here?');
      expect([outside.sender, outside.message.thread]).toEqual([agents.clara, undefined]);
    });
  });
});

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected a value');
  return value;
}
