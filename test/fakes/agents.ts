import { conversationTools } from '../../src/core/conversation-tools.ts';
import { agentId } from '../../src/core/ids.ts';
import type { AgentWish } from '../../src/orchestrator/lifecycle/agent-changes.ts';

function wish(id: string, place: number, given: Partial<AgentWish> & { skills?: readonly string[] }): AgentWish {
  const { skills = [], ...rest } = given;
  return {
    _id: agentId(id),
    name: id[0]?.toUpperCase() + id.slice(1),
    description: `${id} is there for tests.`,
    instructions: '',
    role: 'agent',
    resources: { skills, tools: [...conversationTools] },
    publicProfile: { avatar: null, colour: '#336699' },
    model: [],
    capabilities: [],
    minComplexity: 1,
    maxComplexity: 10,
    owner: null,
    place,
    ...rest,
  };
}

/** Three agents and the orchestrator, as the sample configuration has them. */
export const sampleAgents: readonly AgentWish[] = [
  wish('ada', 0, { description: 'Writes and reviews code.', skills: ['code', 'typescript', 'architecture'] }),
  wish('bruno', 1, { description: 'Works with data and numbers.', skills: ['data', 'sql', 'statistics'] }),
  wish('clara', 2, { description: 'Researches and writes.', skills: ['research', 'writing', 'web'] }),
  wish('parley', 3, { description: 'Keeps order.', role: 'orchestrator' }),
];

/** Agent1, Agent2, … and the orchestrator. */
export const manyAgents = (count: number): readonly AgentWish[] => [
  ...Array.from({ length: count }, (_, n) => wish(`agent${n + 1}`, n, { skills: [`topic${n + 1}`] })),
  wish('parley', count, { description: 'Keeps order.', role: 'orchestrator' }),
];
