import { describe, expect, it } from 'vitest';
import { agentId, agentMember } from '../../../src/core/ids.ts';
import { levelOf, levelSetting, type PowerChange, powerEntries } from '../../../src/core/power.ts';
import type { Scene } from './scene.ts';

const ada = agentId('ada');
const bruno = agentId('bruno');
const refused = { code: 'BRIDGE_FORBIDDEN', retry: false };

const silence: PowerChange = {
  send: { from: 0, to: 10 },
  'kind:reaction': { from: null, to: 0 },
  'kind:retraction': { from: null, to: 0 },
};
const undo = (change: PowerChange): PowerChange =>
  Object.fromEntries(powerEntries(change).map(([setting, { from, to }]) => [setting, { from: to, to: from }]));
const raise = (agent: typeof ada, from: number | null, to: number | null): PowerChange => ({
  [levelSetting(agentMember(agent))]: { from, to },
});

/** What a bridge does that can change who may do what. */
export function moderatingContract(sceneOf: () => Scene): void {
  describe('who may do what', () => {
    it('is read by those who are in the room', async () => {
      const { bridge, mara, roomWith } = sceneOf();
      const chat = await roomWith(ada);
      const power = await bridge.power(chat, ada);
      expect(power).toMatchObject({ sendLevel: 0, defaultLevel: 0, changeLevel: 100, moderatorLevel: 50, kinds: {} });
      expect(levelOf(power, mara.id)).toBeGreaterThanOrEqual(power.changeLevel);
      expect(levelOf(power, agentMember(ada))).toBe(0);
      await expect(bridge.power(chat, bruno)).rejects.toMatchObject(refused);
    });

    it('is changed by nobody without the power', async () => {
      const { bridge, mara, roomWith } = sceneOf();
      const chat = await roomWith(ada, bruno);
      const before = await bridge.power(chat, ada);
      await expect(bridge.changePower(chat, ada, silence)).rejects.toMatchObject(refused);
      await mara.give(chat, agentMember(ada), 50);
      await expect(bridge.changePower(chat, ada, raise(bruno, null, 10))).rejects.toMatchObject(refused);
      expect(await bridge.power(chat, ada)).toEqual({ ...before, levels: { ...before.levels, 'agent:ada': 50 } });
    });

    it('silences those without the level, whom the network itself refuses; they may react', async () => {
      const { bridge, mara, roomWith, delivery, person } = sceneOf();
      const noel = await person('noel');
      const chat = await roomWith(ada, bruno);
      await mara.invite(chat, noel.id);
      await noel.join(chat);
      await mara.give(chat, agentMember(ada), 100);
      const question = await mara.say(chat, 'who?');
      const before = await bridge.power(chat, ada);
      expect(await bridge.changePower(chat, ada, silence)).toMatchObject({ sendLevel: 10, levels: before.levels });
      await expect((async () => noel.say(chat, 'me!'))()).rejects.toThrow(/FORBIDDEN|may not/);
      await expect(bridge.send(delivery(chat, 'or me', { as: bruno }))).rejects.toMatchObject(refused);
      await noel.react(chat, question, '✋');
      await mara.say(chat, 'an admin may');
      await bridge.changePower(chat, ada, raise(bruno, null, 10));
      await bridge.send(delivery(chat, 'with the level', { as: bruno }));
      expect((await mara.timeline(chat)).map(({ text }) => text)).toEqual(['who?', 'an admin may', 'with the level']);
      await bridge.changePower(chat, ada, { ...undo(silence), ...raise(bruno, 10, null) });
      expect(await bridge.power(chat, ada)).toEqual(before);
      await noel.say(chat, 'now');
    });

    it('keeps what somebody else has set meanwhile', async () => {
      const { bridge, mara, roomWith } = sceneOf();
      const chat = await roomWith(ada, bruno);
      await mara.give(chat, agentMember(ada), 100);
      await mara.give(chat, agentMember(bruno), 20);
      const after = await bridge.changePower(chat, ada, { ...silence, ...raise(bruno, null, 10) });
      expect(after).toMatchObject({ sendLevel: 10, levels: { 'agent:ada': 100, 'agent:bruno': 20 } });
      expect(await bridge.power(chat, ada)).toEqual(after);
    });

    it('puts nothing new into the room when it stands already', async () => {
      const { bridge, mara, roomWith } = sceneOf();
      const chat = await roomWith(ada);
      await mara.give(chat, agentMember(ada), 100);
      const mark = async () => (await bridge.history({ chat, as: ada, since: null, limit: 1 })).mark;
      const after = await bridge.changePower(chat, ada, silence);
      const changed = await mark();
      expect(await bridge.changePower(chat, ada, silence)).toEqual(after);
      expect(await mark()).toBe(changed);
    });

    it('is told when people change it, and not when agents do', async () => {
      const { bridge, mara, taken, roomWith } = sceneOf();
      const chat = await roomWith(ada);
      const isPower = (event: (typeof taken.events)[number]) =>
        event.chat === chat && event.messageType === 'room' && event.power === true;
      await mara.give(chat, agentMember(ada), 100);
      expect(await taken.first(isPower)).toMatchObject({ from: mara.id });
      const told = taken.events.filter(isPower).length;
      await bridge.changePower(chat, ada, silence);
      const last = await mara.say(chat, 'that was all');
      await taken.first(event => event._id === last);
      expect(taken.events.filter(isPower)).toHaveLength(told);
    });
  });
}
