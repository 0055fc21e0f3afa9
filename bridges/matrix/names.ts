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

/** The agent that speaks for Parley itself; it has the sender's localpart instead of one of its own. */
const orchestrator = agentId('parley');

/** How agents and people are named on one homeserver. */
export interface MatrixNames {
  readonly serverName: string;
  /** The homeserver's application service user: the orchestrator. */
  readonly sender: string;
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

export function matrixNames(serverName: string, senderLocalpart: string): MatrixNames {
  const ours = new RegExp(`^@agent-([a-z0-9-]+):${escapeRegExp(serverName)}$`);
  const sender = `@${senderLocalpart}:${serverName}`;
  // Not `_ada`: other bots ignore a leading underscore.
  const localpart = (agent: AgentId) => (agent === orchestrator ? senderLocalpart : `agent-${agent}`);
  const userId = (agent: AgentId) => `@${localpart(agent)}:${serverName}`;

  function agent(id: string): AgentId | null {
    if (id === sender) return orchestrator;
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

  return { serverName, sender, localpart, userId, member, userIdOf, agent };
}
