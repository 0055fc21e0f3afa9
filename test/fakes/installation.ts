import { type MemoryBridge, memoryBridge } from '../../bridges/memory/memory-bridge.ts';
import { memoryNetwork } from '../../bridges/memory/network.ts';
import type { Shown } from '../../bridges/memory/room.ts';
import { newInstallation } from '../../src/compose/new-installation.ts';
import type { BudgetRules } from '../../src/core/budget/limit.ts';
import type { Role } from '../../src/core/crew.ts';
import type { DomainEvent, EventName } from '../../src/core/events/event.ts';
import type { ChatId } from '../../src/core/ids.ts';
import { agentOf } from '../../src/core/ids.ts';
import type { Crew } from '../../src/orchestrator/crew/crew.ts';
import type { Installation, Settings } from '../../src/orchestrator/installation.ts';
import { intake } from '../../src/orchestrator/intake.ts';
import type { AgentWish } from '../../src/orchestrator/lifecycle/agent-changes.ts';
import { provisionAgents } from '../../src/orchestrator/lifecycle/provision-agents.ts';
import { type Finding, openFinding } from '../../src/orchestrator/reconcile/finding.ts';
import { type Orchestrator, startOrchestrator } from '../../src/orchestrator/start.ts';
import type { Bus } from '../../src/ports/bus.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Queue } from '../../src/ports/queue.ts';
import type { Bounds } from '../../src/ports/queue-bounds.ts';
import type { Signals } from '../../src/ports/signals.ts';
import type { Store } from '../../src/ports/store.ts';
import type { WorkTools } from '../../src/ports/work-tools.ts';
import { localQueue } from '../../src/queues/local/queue.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { startTasks } from '../../src/tasks/start-tasks.ts';
import { everybodyIs } from './access.ts';
import { sampleAgents } from './agents.ts';
import { recordedBus } from './bus.ts';
import { type HeldClock, heldClock } from './clock.ts';
import { type ScriptedRuntime, scriptedRuntime } from './runtime.ts';

/** No limits: nothing is counted. */
export const noBudgets: BudgetRules = {
  timeZone: 'UTC',
  currency: 'EUR',
  limits: { installation: {}, agent: {}, room: {}, person: {} },
  priceOf: () => null,
};

const testSettings: Settings = {
  answerWithinMs: 3_600_000,
  mergeWithinMs: 0,
  historyMessages: 60,
  turnLimits: { maxHops: 3, maxTurnsWithoutPerson: 6, agentTurnsPerMinute: 10, roomTurnsPerMinute: 20 },
  pacing: { quietMs: 700, firstIntervalMs: 1000, growth: 1.5, maxEdits: 12 },
  introduce: false,
  floor: { slot: { seconds: 120, messages: 3 }, moderatorMs: 30_000, bots: [], findBots: true },
  attention: { atOnce: 100, weights: { mention: 3, directMessage: 4, deadline: 5, relationship: 1, waiting: 1 } },
  strategy: 'default',
  retirement: { finishMs: 60_000, closeAccounts: false },
  auditKeepMs: 365 * 24 * 3_600_000,
  commandPrefix: '!',
  access: everybodyIs('user'),
  budgets: noBudgets,
  tasks: { perAgent: 2, perRoom: 50, stepsPerStage: 40, tokens: 100_000, approvalMs: 3_600_000 },
};

export interface Logged {
  readonly level: keyof Log;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export interface TestParley {
  readonly bridge: MemoryBridge;
  readonly store: Store;
  readonly clock: HeldClock;
  readonly runtime: ScriptedRuntime;
  readonly parley: Installation;
  readonly orchestrator: Orchestrator;
  readonly finding: Finding;
  readonly logged: Logged[];
  /** What was told on the bus, in order, repeats too: all of it, or what is of these types. */
  published<Name extends EventName>(...types: readonly Name[]): DomainEvent<Name>[];
  /** Lets everything happen that needs no time to pass. */
  settle(): Promise<void>;
  /** What agents have said in a room, in order, as it stands now; without the card of the floor. */
  answers(chat: ChatId): { readonly agent: string; readonly text: string; readonly notice: boolean }[];
  /** Ends the process as a crash does: nothing is finished, nothing is told. */
  crash(): Promise<void>;
}

type Given = Partial<Pick<TestParley, 'bridge' | 'store' | 'clock' | 'runtime'>> & {
  readonly settings?: Partial<Settings>;
  /** Hears all that is logged, too. */
  readonly log?: Log;
  /** What stands between Parley and its bus. */
  readonly tap?: (bus: Bus, clock: Clock) => Bus;
  readonly wishes?: readonly AgentWish[];
  /** For one of several processes. */
  readonly crew?: Crew;
  readonly signals?: Signals;
  /** What work on tasks can use. Default: nothing. */
  readonly workTools?: WorkTools;
  /** How many keys may wait in the queue. */
  readonly bounds?: Bounds;
  /** What it is woken by. Default: a queue of its own. */
  readonly queue?: (parts: { readonly clock: Clock; readonly log: Log }) => Queue;
  /** A worker takes no events. Default: all. */
  readonly role?: Role;
};

/** Parley in this process over the memory bridge: everything but the models is real. */
export async function testParley(given: Given = {}): Promise<TestParley> {
  const clock = given.clock ?? heldClock();
  const store = given.store ?? openMemoryStore({ clock });
  const bridge = given.bridge ?? memoryBridge(memoryNetwork({ clock }));
  const runtime = given.runtime ?? scriptedRuntime();
  const logged: Logged[] = [];
  const log = logInto(logged, given.log);
  const onError = (failure: object): void => log.error({ ...failure }, 'A handler failed.');
  const bounds = given.bounds === undefined ? {} : { bounds: given.bounds };
  const queue = given.queue?.({ clock, log }) ?? localQueue({ clock, onError, ...bounds });
  const { bus: recorded, published, cut } = recordedBus({ store, clock, log });
  const bus = given.tap?.(recorded, clock) ?? recorded;
  const parley = await newInstallation({
    store,
    queue,
    bus,
    bridge,
    runtime,
    clock,
    log,
    settings: { ...testSettings, ...given.settings },
    agents: given.wishes ?? sampleAgents,
    ...(given.crew === undefined ? {} : { crew: given.crew }),
    ...(given.signals === undefined ? {} : { signals: given.signals }),
    ...(given.workTools === undefined ? {} : { workTools: given.workTools }),
  });
  await provisionAgents(store, bridge, [...parley.agents.values()]);
  const role = given.role ?? 'all';
  const orchestrator = await startOrchestrator(parley, role);
  orchestrator.speak();
  if (role !== 'bridge') startTasks(parley);
  const finding = openFinding(parley);
  if (role !== 'worker') await bridge.start(intake(parley, finding));
  return {
    bridge,
    store,
    clock,
    runtime,
    parley,
    orchestrator,
    finding,
    logged,
    settle: () => settle(clock),
    published: (...types) => onlyOf(published, types),
    answers: chat => shownBy(bridge, chat),
    async crash() {
      cut();
      orchestrator.stop();
      finding.stop();
      await bridge.stop();
      parley.running.interruptAll('shutdown');
      await queue.close(0);
    },
  };
}

function onlyOf<Name extends EventName>(events: readonly DomainEvent[], types: readonly Name[]): DomainEvent<Name>[] {
  const wanted: readonly EventName[] = types;
  return events.filter(({ type }) => wanted.length === 0 || wanted.includes(type)) as DomainEvent<Name>[];
}

async function settle(clock: HeldClock): Promise<void> {
  for (let round = 0; round < 20; round += 1) await clock.advance(0);
}

function shownBy(bridge: MemoryBridge, chat: ChatId): ReturnType<TestParley['answers']> {
  const shown = [...bridge.network.room(chat).shown.values()];
  return shown
    .filter(message => agentOf(message.from) !== null && !message.redacted && !isCard(message))
    .map(message => ({ agent: agentOf(message.from) ?? '', text: message.text, notice: message.notice }));
}

const isCard = ({ mark }: Shown): boolean => mark?.turn.includes('#card-') ?? false;

function logInto(logged: Logged[], also: Log | undefined): Log {
  const write =
    (level: keyof Log): Log['info'] =>
    (fields, message) => {
      logged.push({ level, fields, message });
      also?.[level](fields, message);
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
