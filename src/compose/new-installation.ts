import type { BridgeName } from '../core/ids.ts';
import { openAttentionAndViews } from '../orchestrator/attention/attention-and-views.ts';
import { keepAudit } from '../orchestrator/audit/keep-audit.ts';
import { openLimitBook } from '../orchestrator/budgets/limit-book.ts';
import { type Crew, soleCrew } from '../orchestrator/crew/crew.ts';
import { hearSignals } from '../orchestrator/crew/hear-signals.ts';
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
import { noSignals, type Signals } from '../ports/signals.ts';
import type { Store } from '../ports/store.ts';
import { noWorkTools, type WorkTools } from '../ports/work-tools.ts';

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
  /** Left out: there is no other process. */
  readonly crew?: Crew;
  readonly signals?: Signals;
  /** Left out: agents work on tasks with words alone. */
  readonly workTools?: WorkTools;
}

/** Puts an installation together. Writes the agents of the configuration into the store; nothing runs yet. */
export async function newInstallation({ bridge, agents: wishes, ...given }: Parts): Promise<Installation> {
  const parts = { crew: soleCrew, signals: noSignals, workTools: noWorkTools, ...given };
  const { crew, signals } = parts;
  keepAudit(parts);
  const inService = agentsInService(await ensureAgents(parts, wishes), signals);
  const parley: Installation = {
    ...parts,
    startedAt: parts.clock.now(),
    bridges: new Map<BridgeName, Bridge>([[bridge.name, bridge]]),
    ...inService,
    messageLog: openMessageLog(parts),
    running: runningTurns(signals),
    turnEnds: turnEnds(signals),
    ...openAttentionAndViews({ ...parts, agents: inService.agents, shared: crew.shared }),
    limits: await openLimitBook({ store: parts.store, rules: parts.settings.budgets }),
  };
  hearSignals(parley);
  return parley;
}
