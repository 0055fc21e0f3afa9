import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type MemoryBridge, memoryBridge } from '../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../bridges/memory/network.ts';
import { loadConfig } from '../../config/load.ts';
import { localBus } from '../../src/buses/local/bus.ts';
import { newInstallation } from '../../src/compose/new-installation.ts';
import { agentWishes, settingsOf } from '../../src/compose/settings-of.ts';
import type { DomainEvent, NewEvent } from '../../src/core/events/event.ts';
import type { Installation, Settings } from '../../src/orchestrator/installation.ts';
import { intake } from '../../src/orchestrator/intake.ts';
import type { AgentWish } from '../../src/orchestrator/lifecycle/agent-changes.ts';
import { provisionAgents } from '../../src/orchestrator/lifecycle/provision-agents.ts';
import { startOrchestrator } from '../../src/orchestrator/start.ts';
import type { AgentRuntime } from '../../src/ports/agent-runtime.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Store } from '../../src/ports/store.ts';
import { localQueue } from '../../src/queues/local/queue.ts';
import { everybodyIs } from '../fakes/access.ts';
import { agentsFolder } from './agents-folder.ts';

export interface InProcess extends AsyncDisposable {
  readonly bridge: MemoryBridge;
  readonly parley: Installation;
}

interface Given {
  /** A number: so many, `n00001` to …, and the orchestrator. */
  readonly agents: number | readonly AgentWish[];
  readonly clock: Clock;
  readonly store: Store;
  readonly runtime: AgentRuntime;
  readonly settings?: Partial<Settings>;
  /** Hears each event at the moment when it is published. */
  readonly onEvent?: (event: NewEvent) => void;
}

/** Parley in this process with its default configuration, on the memory network; agents don't introduce themselves. */
export async function openInProcess({ agents, clock, store, runtime, settings, onEvent }: Given): Promise<InProcess> {
  const bridge = memoryBridge(memoryNetwork({ clock }));
  const log = loud;
  const bus = localBus({ store, clock, log });
  const { wishes, defaults } = await configured(agents);
  const queue = localQueue({ clock, onError: failure => log.error({ ...failure }, 'A handler failed.') });
  const publish = (events: readonly NewEvent[]): void => {
    if (onEvent !== undefined) for (const event of events) onEvent(event);
    bus.publish(events);
  };
  const parley = await newInstallation({
    store,
    queue,
    bus: { ...bus, publish },
    bridge,
    runtime,
    clock,
    log,
    settings: { ...defaults, ...settings },
    agents: wishes,
  });
  await provisionAgents(store, bridge, [...parley.agents.values()]);
  const orchestrator = await startOrchestrator(parley);
  orchestrator.speak();
  await bridge.start(intake(parley));
  return {
    bridge,
    parley,
    async [Symbol.asyncDispose]() {
      orchestrator.stop();
      await bridge.stop();
      await queue.close(0);
      await store.close();
    },
  };
}

/** The default configuration, whatever the machine's environment says. */
async function configured(agents: Given['agents']): Promise<{ wishes: readonly AgentWish[]; defaults: Settings }> {
  const folder = typeof agents === 'number' ? agentsFolder(agents) : null;
  const config = await loadConfig({ env: folder === null ? {} : { PARLEY_AGENTS: folder }, cwd: tmpdir() });
  if (folder !== null) rmSync(folder, { recursive: true });
  const defaults = settingsOf(config, { serverName: 'bench.test', owner: null, models: [] });
  const wishes = typeof agents === 'number' ? agentWishes(config) : agents;
  return { wishes, defaults: { ...defaults, introduce: false, access: everybodyIs('user') } };
}

const silent = (): void => undefined;

/** A benchmark in which something fails measures something else. */
export const loud: Log = {
  debug: silent,
  info: silent,
  warn: silent,
  error: (fields, message) => console.error(message, fields),
};

/** The events of one type among all. */
export const isGrant = (event: NewEvent): event is NewEvent & Pick<DomainEvent<'SpeakGranted'>, 'type' | 'data'> =>
  event.type === 'SpeakGranted';
