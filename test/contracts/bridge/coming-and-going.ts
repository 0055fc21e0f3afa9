import { describe, expect, it } from 'vitest';
import { agentId, agentMember, type ChatId, type MemberId } from '../../../src/core/ids.ts';
import { exampleAgent } from './example-agent.ts';
import type { Scene } from './scene.ts';

const ada = agentId('ada');
const bruno = agentId('bruno');
const refused = { code: 'BRIDGE_FORBIDDEN', retry: false };

/** How agents bring others into rooms, and how they go for good. */
export function comingAndGoingContract(sceneOf: () => Scene): void {
  describe('coming and going', () => {
    const membersOf = async (chat: ChatId): Promise<MemberId[]> =>
      (await sceneOf().bridge.state(chat, ada)).members.map(({ id }) => id).toSorted();

    it('an agent invites people and agents to a room that it is in, twice if asked', async () => {
      const { bridge, mara, person, roomWith } = sceneOf();
      const olga = await person('olga');
      const chat = await roomWith(ada);
      for (const member of [olga.id, agentMember(bruno), agentMember(bruno), olga.id])
        await bridge.invite(chat, ada, member);
      await olga.join(chat);
      await bridge.join(chat, bruno);
      const members = [agentMember(ada), agentMember(bruno), mara.id, olga.id].toSorted();
      expect(await membersOf(chat)).toEqual(members);
      await bridge.invite(chat, ada, olga.id);
      expect(await membersOf(chat)).toEqual(members);
    });

    it('to invite again who is invited, or in, puts nothing new into the room', async () => {
      const { bridge, person, roomWith } = sceneOf();
      const pia = await person('pia');
      const chat = await roomWith(ada, bruno);
      await bridge.invite(chat, ada, pia.id);
      const mark = async () => (await bridge.history({ chat, as: ada, since: null, limit: 1 })).mark;
      const before = await mark();
      await bridge.invite(chat, ada, pia.id);
      await bridge.invite(chat, ada, agentMember(bruno));
      expect(await mark()).toBe(before);
    });

    it('who has left is invited anew', async () => {
      const { bridge, person, roomWith } = sceneOf();
      const rita = await person('rita');
      const chat = await roomWith(ada);
      await bridge.invite(chat, ada, rita.id);
      await rita.join(chat);
      await rita.leave(chat);
      await bridge.invite(chat, ada, rita.id);
      await rita.join(chat);
      expect(await membersOf(chat)).toContain(rita.id);
    });

    it('nobody is invited by an agent that is not in the room, nor who is banned from it', async () => {
      const { bridge, mara, person, roomWith } = sceneOf();
      const sven = await person('sven');
      const chat = await roomWith(ada);
      await expect(bridge.invite(chat, bruno, sven.id)).rejects.toMatchObject(refused);
      await mara.ban(chat, sven.id);
      await expect(bridge.invite(chat, ada, sven.id)).rejects.toMatchObject(refused);
    });

    it('an agent whose account is closed is out of its rooms for good; closing twice is no error', async () => {
      const { bridge, mara, delivery, roomWith } = sceneOf();
      const agent = agentId(`gone-${Date.now()}`);
      await bridge.ensureAgent(exampleAgent(agent), null);
      const chat = await roomWith(ada, agent);
      await bridge.send(delivery(chat, 'goodbye', { as: agent }));
      await bridge.closeAccount(agent);
      await bridge.closeAccount(agent);
      await expect.poll(() => membersOf(chat), { timeout: 10_000 }).toEqual([agentMember(ada), mara.id].toSorted());
      await expect(bridge.send(delivery(chat, 'but', { as: agent }))).rejects.toMatchObject(refused);
      await bridge.send(delivery(chat, 'who stays can go on'));
      const said = (await mara.timeline(chat)).map(({ from, text }) => [from, text]);
      expect(said).toEqual([
        [agentMember(agent), 'goodbye'],
        [agentMember(ada), 'who stays can go on'],
      ]);
      expect(bridge.memberAt(bridge.addressOf(agent))).toBe(agentMember(agent));
    });
  });
}
