import type { BridgeName } from '../core/ids.ts';
import { openMind } from '../orchestrator/attention/mind.ts';
import { keepAudit } from '../orchestrator/audit/keep-audit.ts';
import { openLimitBook } from '../orchestrator/budgets/limit-book.ts';
import type { Installation, Settings } from '../orchestrator/installation.ts';
import type { AgentWish } from '../orchestrator/lifecycle/agent-changes.ts';
import { agentsInService } from '../orchestrator/lifecycle/agents-in-service.ts';
import { ensureAgents } from '../orchestrator/lifecycle/ensure-agents.ts';
import { openMessageLog } from '../orchestrator/message-log.ts';
import { runningTurns } from '../orchestrator/turns/running-turns.ts';
import { turnEnds } from '../orchestrator/turns/turn-ends.ts';
import type { AgentRuntime } from '../ports/agent-runtime.ts';
import type { Bridge } from '../ports/bridge.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Queue } from '../ports/queue.ts';
import type { Store } from '../ports/store.ts';

interface Parts {
  readonly store: Store;
  readonly queue: Queue;
  readonly bus: Bus;
  readonly bridge: Bridge;
  readonly runtime: AgentRuntime;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: Settings;
  readonly agents: readonly AgentWish[];
}

/** Puts an installation together. Writes the agents of the configuration into the store; nothing runs yet. */
export async function newInstallation({ bridge, agents: wishes, ...parts }: Parts): Promise<Installation> {
  keepAudit(parts);
  const inService = agentsInService(await ensureAgents(parts, wishes));
  return {
    ...parts,
    startedAt: parts.clock.now(),
    bridges: new Map<BridgeName, Bridge>([[bridge.name, bridge]]),
    ...inService,
    messageLog: openMessageLog(parts),
    running: runningTurns(),
    turnEnds: turnEnds(),
    ...openMind({ ...parts, agents: inService.agents }),
    limits: await openLimitBook({ store: parts.store, rules: parts.settings.budgets }),
  };
}
