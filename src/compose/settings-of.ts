import type { Config } from '../../config/load.ts';
import { agentId, agentOf, externalIdOf, type MemberId } from '../core/ids.ts';
import type { Settings } from '../orchestrator/installation.ts';
import type { AgentWish } from '../orchestrator/lifecycle/ensure-agents.ts';

/** The orchestrator's settings, as the configuration says. */
export function settingsOf(config: Config, serverName: string): Settings {
  const { conversation, streaming, floor } = config;
  return {
    answerWithinMs: conversation.answerWithinMinutes * 60_000,
    historyMessages: conversation.historyMessages,
    handOver: { maxHops: conversation.maxHops, maxTurnsWithoutPerson: conversation.maxTurnsWithoutPerson },
    pacing: {
      quietMs: streaming.quietMs,
      firstIntervalMs: streaming.firstIntervalMs,
      growth: streaming.growth,
      maxEdits: streaming.maxEdits,
    },
    introduce: conversation.introduce,
    strategy: floor.strategy,
    mayInvite: invitationsFrom(config.invites.allow, serverName),
  };
}

/** Our own agents may always invite each other; anybody else by the patterns of the configuration. */
function invitationsFrom(patterns: readonly string[], serverName: string): Settings['mayInvite'] {
  const matchers = patterns.map(pattern => matcher(pattern.replaceAll('{homeserver}', serverName)));
  return (member: MemberId) => agentOf(member) !== null || matchers.some(matches => matches.test(externalIdOf(member)));
}

/** `*` stands for any characters. */
const matcher = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split('*')
      .map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
    's',
  );

/** The agents that the configuration asks for. */
export function agentWishes(config: Config): AgentWish[] {
  return config.agents.map((agent, place) => ({
    _id: agentId(agent.id),
    name: agent.name,
    description: agent.description,
    instructions: agent.instructions,
    role: agent.role,
    resources: { skills: [...agent.skills], tools: [] },
    publicProfile: { avatar: agent.avatar, colour: agent.colour },
    model: [...agent.model],
    capabilities: [],
    minComplexity: 1,
    maxComplexity: 10,
    owner: agent.owner,
    place,
  }));
}
