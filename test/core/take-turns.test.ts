import { expect, it } from 'vitest';
import type { Document } from '../../src/core/document.ts';
import { emptyFloor, type Floor } from '../../src/core/floor/floor.ts';
import { handOver } from '../../src/core/hand-over.ts';
import { agentId, bridgeName, chatId, messageId, turnId } from '../../src/core/ids.ts';
import type { AgentCard, Room } from '../../src/core/room.ts';
import { newTurn } from '../../src/core/take-turns.ts';
import type { Turn } from '../../src/core/turn.ts';

const memory = bridgeName('memory');
const chat = chatId(memory, '!garden');
const question = messageId(memory, '$question');
const stamp = { version: 1, createdAt: 0, updatedAt: 0, tenant: 'default' } satisfies Omit<Document, '_id'>;

const card = (id: string, name: string): AgentCard => ({
  _id: agentId(id),
  name,
  description: '',
  role: 'agent',
  resources: { skills: [], tools: [] },
});
const room: Room = {
  chatType: 'group',
  agents: [card('ada', 'Ada'), card('bruno', 'Bruno')],
  people: [],
  repliedTo: null,
  threadAgent: null,
};
const limits = { maxHops: 3, maxTurnsWithoutPerson: 6, agentTurnsPerMinute: 10, roomTurnsPerMinute: 20 };

/** What comes of it when Ada answers with a line that calls Bruno. */
function adaCalls({ hop = 0, turnsSincePerson = 1 }) {
  const ada = agentId('ada');
  const given = { _id: turnId(question, ada), chat, agent: ada, trigger: question, reason: 'mentioned', thread: null };
  const turn: Turn = { ...stamp, ...newTurn({ ...given, hop }) };
  const floor: Floor = { ...stamp, ...emptyFloor(chat), turnsSincePerson };
  const reply = { message: messageId(memory, '$answer'), text: 'As far as I see.\n@Bruno, your numbers?' };
  return handOver(turn, reply, floor, { room, limits, now: 0 });
}

it('an answer that calls a colleague hands over, one hop further', () => {
  const { turns, floor } = adaCalls({});
  expect(turns).toMatchObject([{ agent: 'bruno', hop: 1, trigger: 'memory:$answer', reason: 'handed over by Ada' }]);
  expect(floor.queue).toMatchObject([{ agent: 'bruno' }]);
});

it('agents hand over until they have had all the turns that they may have without a person', () => {
  expect(adaCalls({ turnsSincePerson: 5 }).turns).toHaveLength(1);
  expect(adaCalls({ turnsSincePerson: 6 }).turns).toEqual([]);
  expect(adaCalls({ turnsSincePerson: 7 }).floor.queue).toEqual([]);
});

it('agents hand over until as many have followed each other as may', () => {
  expect(adaCalls({ hop: 2 }).turns).toHaveLength(1);
  expect(adaCalls({ hop: 3 }).turns).toEqual([]);
});
