import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agentId, agentMember } from '../../../src/core/ids.ts';
import { exampleAgent } from '../../contracts/bridge/example-agent.ts';
import { taking } from '../../contracts/bridge/world.ts';
import { type SynapseWorld, synapseWorld } from './synapse-world.ts';
import { withSynapse } from './with-synapse.ts';

const ada = agentId('ada');

withSynapse('A restart of Synapse', () => {
  describe('A restart of Synapse', { timeout: 120_000 }, () => {
    let world: SynapseWorld;
    let gaps = 0;
    const taken = taking();

    beforeAll(async () => {
      world = await synapseWorld(18_580);
      taken.gap = async () => {
        gaps += 1;
      };
      await world.bridge.start(taken);
      await world.bridge.ensureAgent(exampleAgent(ada), null);
    }, 180_000);
    afterAll(() => world.close());

    it('doubles no message, and is told as a gap; events flow again', async () => {
      const mara = await world.person('mara');
      const chat = await mara.createRoom({ invite: [agentMember(ada)] });
      await world.bridge.join(chat, ada);
      const delivery = {
        chat,
        as: ada,
        deliveryId: 'once',
        body: { kind: 'markdown', text: 'once', notice: false },
        thread: null,
        replyTo: null,
        people: null,
        mark: { turn: 't', part: 0, state: 'complete', trigger: null },
      } as const;
      const id = await world.bridge.send(delivery);
      const { mark } = await world.bridge.history({ chat, as: ada, since: null, limit: 10 });
      const gapsBefore = gaps;
      await world.restart();
      expect(await world.bridge.send(delivery)).toBe(id);
      expect(await mara.timeline(chat)).toHaveLength(1);
      await expect.poll(() => gaps, { timeout: 10_000 }).toBeGreaterThan(gapsBefore);
      const after = await mara.say(chat, 'still there?');
      await taken.first(event => event._id === after);
      const { events } = await world.bridge.history({ chat, as: ada, since: mark, limit: 10 });
      expect(events.map(({ _id }) => _id)).toEqual([after]);
    });

    it('makes agents visible as online, and offline when Parley stops', async () => {
      const mara = await world.person('mara');
      const status = encodeURIComponent(world.bridge.addressOf(ada));
      const presence = async () => (await mara.ask('GET', `client/v3/presence/${status}/status`)).presence;
      await world.bridge.setPresence(ada, 'online', null);
      expect(await presence()).toBe('online');
      await world.bridge.stop();
      expect(await presence()).toBe('offline');
    });
  });
});
