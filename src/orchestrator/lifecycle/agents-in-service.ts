import type { Agent } from '../../core/agent.ts';
import type { AgentId } from '../../core/ids.ts';
import type { Signals } from '../../ports/signals.ts';

/** The one place that changes which agents are there, and what everybody sees of them. */
export interface Service {
  /** This is how the agent is stored now: older versions are passed over. Who is retired is out. */
  readonly take: (agent: Agent) => void;
  /** The same, where another process has told of it. */
  readonly hear: (agent: Agent) => void;
}

/** The agents that are in service, beginning with these. */
export function agentsInService(
  agents: readonly Agent[],
  signals: Pick<Signals, 'send'>,
): {
  readonly agents: ReadonlyMap<AgentId, Agent>;
  readonly service: Service;
} {
  const map = new Map(agents.map(agent => [agent._id, agent]));
  const isOlder = (agent: Agent): boolean => (map.get(agent._id)?.version ?? 0) > agent.version;

  function hear(agent: Agent): void {
    if (isOlder(agent)) return;
    if (agent.status === 'retired') map.delete(agent._id);
    else map.set(agent._id, agent);
  }

  return {
    agents: map,
    service: {
      take(agent) {
        if (isOlder(agent)) return;
        hear(agent);
        signals.send({ type: 'agent-changed', agent: agent._id });
      },
      hear,
    },
  };
}
