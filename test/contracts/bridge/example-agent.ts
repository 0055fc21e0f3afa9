import type { Agent } from '../../../src/core/agent.ts';
import type { AgentId } from '../../../src/core/ids.ts';

export function exampleAgent(id: AgentId): Agent {
  return {
    _id: id,
    version: 1,
    createdAt: 0,
    updatedAt: 0,
    tenant: 'default',
    name: id.charAt(0).toUpperCase() + id.slice(1),
    description: 'Helps.',
    instructions: 'Help.',
    role: id === 'parley' ? 'orchestrator' : 'agent',
    status: 'idle',
    currentActivities: [],
    resources: { skills: [], tools: [] },
    publicProfile: { avatar: null, colour: '#3d7ea6' },
    model: [],
    capabilities: [],
    minComplexity: 1,
    maxComplexity: 10,
    owner: null,
    lastSeen: null,
    provisioned: {},
    place: 0,
  };
}
