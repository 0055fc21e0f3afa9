import type { AgentId, BridgeName, MemberId } from '../../src/core/ids.ts';
import { agentId, agentMember, bridgeName, foreignMember } from '../../src/core/ids.ts';

export const memory: BridgeName = bridgeName('memory');

const orchestrator = '@parley';
const agentPattern = /^@agent-([a-z0-9-]+)$/;

/** `@agent-ada`, and `@parley` for the orchestrator, so that a person may be called Ada too. */
export function addressOf(agent: AgentId): string {
  return agent === 'parley' ? orchestrator : `@agent-${agent}`;
}

/** The member behind `@mara` or `@agent-ada`; `@` may be left out. */
export function memberAt(address: string): MemberId {
  const full = address.startsWith('@') ? address : `@${address}`;
  if (full === orchestrator) return agentMember(agentId('parley'));
  const id = agentPattern.exec(full)?.[1];
  return id === undefined ? foreignMember(memory, full) : agentMember(agentId(id));
}
