import { describe, expect, it } from 'vitest';
import { agentId, agentMember, externalIdOf } from '../../../src/core/ids.ts';
import { exampleAgent } from './example-agent.ts';
import type { Scene } from './scene.ts';

const ada = agentId('ada');
const bruno = agentId('bruno');

/** How agents come to be on the network. */
export function peopleAndAgentsContract(sceneOf: () => Scene): void {
  describe('people and agents', () => {
    it('gives agents addresses that lead back to them, and others none', () => {
      const { bridge, mara } = sceneOf();
      expect(bridge.memberAt(bridge.addressOf(ada))).toBe(agentMember(ada));
      expect(bridge.memberAt(bridge.addressOf(agentId('parley')))).toBe('agent:parley');
      expect(bridge.addressOf(ada)).not.toBe(bridge.addressOf(bruno));
      expect(bridge.memberAt(externalIdOf(mara.id))).toBe(mara.id);
    });

    it('makes an agent again without change, with and without the fingerprint', async () => {
      const { bridge } = sceneOf();
      const first = await bridge.ensureAgent(exampleAgent(ada), null);
      expect(await bridge.ensureAgent(exampleAgent(ada), first)).toBe(first);
      expect(await bridge.ensureAgent(exampleAgent(ada), 'from an older Parley')).toBe(first);
    });

    it('shows a new name in the rooms of the agent', async () => {
      const { bridge, roomWith } = sceneOf();
      const chat = await roomWith(bruno);
      const first = await bridge.ensureAgent(exampleAgent(bruno), null);
      await bridge.ensureAgent({ ...exampleAgent(bruno), name: 'Bruno the Second' }, first);
      const name = async () => {
        const { members } = await bridge.state(chat, bruno);
        return members.find(({ id }) => id === agentMember(bruno))?.name;
      };
      // A homeserver may take the name into the rooms one by one, afterwards.
      await expect.poll(name, { timeout: 10_000 }).toBe('Bruno the Second');
    });

    it('takes hints without complaint', async () => {
      const { bridge, roomWith } = sceneOf();
      const chat = await roomWith(ada);
      const stop = bridge.showTyping(chat, ada);
      await bridge.setPresence(ada, 'online', 'thinks');
      stop();
      stop();
      await bridge.setPresence(ada, 'offline', null);
    });
  });
}
