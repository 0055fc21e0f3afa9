import {
  type AgentId,
  agentId,
  agentMember,
  agentOf,
  type BridgeName,
  bridgeName,
  externalIdOf,
  foreignMember,
  type MemberId,
} from '../../src/core/ids.ts';

export const matrix: BridgeName = bridgeName('matrix');

/** The agent that speaks for Parley itself; its localpart does not begin as those of the others do. */
const orchestrator = agentId('parley');

/** How agents and people are named on one homeserver. */
export interface MatrixNames {
  readonly serverName: string;
  /** The user id of the orchestrator. */
  readonly keeper: string;
  localpart(agent: AgentId): string;
  userId(agent: AgentId): string;
  /** The member behind a user id: an agent only on our own server. */
  member(userId: string): MemberId;
  userIdOf(member: MemberId): string;
  agent(userId: string): AgentId | null;
}

/** `text` as a regular expression that matches just that, also in the homeserver's language. */
export function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

export function matrixNames(serverName: string, keeperLocalpart: string): MatrixNames {
  const ours = new RegExp(`^@agent-([a-z0-9-]+):${escapeRegExp(serverName)}$`);
  const keeper = `@${keeperLocalpart}:${serverName}`;
  // Not `_ada`: other bots ignore a leading underscore.
  const localpart = (agent: AgentId) => (agent === orchestrator ? keeperLocalpart : `agent-${agent}`);
  const userId = (agent: AgentId) => `@${localpart(agent)}:${serverName}`;

  function agent(id: string): AgentId | null {
    if (id === keeper) return orchestrator;
    const found = ours.exec(id)?.[1];
    return found === undefined ? null : agentId(found);
  }

  function member(id: string): MemberId {
    const found = agent(id);
    return found === null ? foreignMember(matrix, id) : agentMember(found);
  }

  function userIdOf(someone: MemberId): string {
    const found = agentOf(someone);
    return found === null ? externalIdOf(someone) : userId(found);
  }

  return { serverName, keeper, localpart, userId, member, userIdOf, agent };
}
