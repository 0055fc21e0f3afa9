import { afterAll, beforeAll, describe } from 'vitest';
import { agentId, agentMember, type ChatId, type MessageId } from '../../src/core/ids.ts';
import type { ChatEvent } from '../../src/core/message.ts';
import type { Delivery } from '../../src/ports/bridge.ts';
import { comingAndGoingContract } from './bridge/coming-and-going.ts';
import { exampleAgent } from './bridge/example-agent.ts';
import { moderatingContract } from './bridge/moderating.ts';
import { peopleAndAgentsContract } from './bridge/people-and-agents.ts';
import { roomsContract } from './bridge/rooms.ts';
import type { Scene } from './bridge/scene.ts';
import { whatAgentsSendContract } from './bridge/what-agents-send.ts';
import { whatPeopleDoContract } from './bridge/what-people-do.ts';
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
    const scene = (): Scene => ({ ...world, mara, taken, roomWith, delivery, arrives, texts });

    peopleAndAgentsContract(scene);
    whatPeopleDoContract(scene);
    whatAgentsSendContract(scene);
    moderatingContract(scene);
    roomsContract(scene);
    comingAndGoingContract(scene);
  });
}
