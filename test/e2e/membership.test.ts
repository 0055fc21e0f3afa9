import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import type { Person } from './driver/person.ts';
import type { RoomMessage } from './driver/room-view.ts';
import { type AgentIds, introduction, World } from './driver/world.ts';

describeWith('synapse', '5. agents who come and go', () => {
  let world: World;
  let agents: AgentIds;
  let mara: Person;
  let elsewhere: string;

  beforeAll(async () => {
    world = await World.start();
    agents = world.agents;
    mara = await world.newPerson('Mara');
    elsewhere = await world.dialogue(mara, agents.ada);
  });
  afterAll(() => world?.stop());

  function said(room: string, agent: string): RoomMessage[] {
    return mara.messages(room).filter(message => message.sender === agent);
  }

  /** Another room is answered: what came before has reached Parley, and Parley lives. */
  async function answersElsewhere(): Promise<void> {
    expect((await mara.ask(elsewhere, 'marker')).sender).toBe(agents.ada);
  }

  describe('an invited agent', () => {
    it('joins, introduces itself in one short message, and answers when spoken to', async () => {
      const room = await mara.createRoom({ name: 'Workshop', invite: [agents.bruno] });
      await mara.waitForMembership(room, agents.bruno, 'join');
      const hello = await introduction(mara, room, agents.bruno);
      expect(hello.body).toContain('Bruno');
      expect(hello.body.length).toBeLessThan(500);
      expect(hello.versions).toHaveLength(1);
      expect(hello.mark?.state).toBe('complete');
      const answer = await mara.ask(room, '@Bruno shall we begin?');
      expect(answer.sender).toBe(agents.bruno);
      expect(said(room, agents.bruno)).toHaveLength(2);
    });

    it('asks no model to introduce itself', async () => {
      const before = world.model.requests.length;
      await world.room(mara, [agents.clara], { name: 'No model needed' });
      await answersElsewhere();
      expect(world.model.requests.slice(before).map(request => request.agent)).toEqual(['Ada']);
    });

    it('does not introduce itself again when it is invited again', async () => {
      const room = await world.room(mara, [agents.bruno]);
      await mara.kick(room, agents.bruno);
      await mara.waitForMembership(room, agents.bruno, 'leave');
      await mara.invite(room, agents.bruno);
      await mara.waitForMembership(room, agents.bruno, 'join');
      await mara.ask(room, '@Bruno welcome back');
      expect(said(room, agents.bruno)).toHaveLength(2);
    });

    it('does not introduce itself again after a restart', async () => {
      const room = await world.room(mara, [agents.clara]);
      await world.parley.stop();
      await world.parley.start();
      await mara.ask(room, '@Clara hello again');
      expect(said(room, agents.clara)).toHaveLength(2);
    });

    it('comes into a public room that it is invited to', async () => {
      const room = await world.room(mara, [agents.ada], { preset: 'public_chat' });
      expect((await mara.ask(room, '@Ada hello')).sender).toBe(agents.ada);
    });
  });

  describe('an agent that is thrown out in the middle of an answer', () => {
    for (const how of ['kick', 'ban'] as const) {
      it(`by a ${how} leaves without a sound, and its work is cancelled`, async () => {
        const room = await world.room(mara, [agents.ada, agents.bruno]);
        const to = await mara.say(room, `@Ada ${how} [[slow: 300 words, 100ms]]`);
        await mara.waitForStart(room, to);
        const before = said(room, agents.ada).length;
        await mara[how](room, agents.ada);
        await mara.waitForMembership(room, agents.ada, how === 'kick' ? 'leave' : 'ban');
        const call = await world.model.waitFor(
          request => request.text.includes(`@Ada ${how}`) && request.aborted,
          5_000,
        );
        expect((call.abortedAt ?? 0) - call.at).toBeLessThan(15_000);
        expect((await mara.ask(room, '@Bruno are you still there?')).sender).toBe(agents.bruno);
        expect(said(room, agents.ada)).toHaveLength(before);
        await answersElsewhere();
      });
    }

    it('does not hold up the agent that speaks next', async () => {
      const room = await world.room(mara, [agents.ada, agents.bruno]);
      const to = await mara.say(room, '@Ada, @Bruno: [[slow: 100 words, 50ms]]');
      await mara.waitForStart(room, to);
      await mara.kick(room, agents.ada);
      const answer = await mara.waitForAnswer(room, { to, from: agents.bruno });
      expect(answer.text).not.toBe('');
    });

    it('is back as before when it is invited again', async () => {
      const room = await world.room(mara, [agents.ada, agents.bruno]);
      await mara.ban(room, agents.ada);
      await mara.waitForMembership(room, agents.ada, 'ban');
      await mara.unban(room, agents.ada);
      await mara.invite(room, agents.ada);
      await mara.waitForMembership(room, agents.ada, 'join');
      expect((await mara.ask(room, '@Ada welcome back')).sender).toBe(agents.ada);
    });
  });
});
