import type { AccessRules } from '../core/access.ts';
import type { Agent } from '../core/agent.ts';
import type { BudgetRules } from '../core/budget/limit.ts';
import type { SlotRules } from '../core/floor/floor.ts';
import type { TurnLimits } from '../core/floor/limits.ts';
import type { AgentId, BridgeName, ChatId } from '../core/ids.ts';
import { bridgeOf } from '../core/ids.ts';
import type { Pacing } from '../core/reply/pacing.ts';
import type { AgentRuntime } from '../ports/agent-runtime.ts';
import type { Bridge } from '../ports/bridge.ts';
import type { Bus } from '../ports/bus.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Queue } from '../ports/queue.ts';
import type { Signals } from '../ports/signals.ts';
import type { Store } from '../ports/store.ts';
import type { WorkTools } from '../ports/work-tools.ts';
import type { Attention, AttentionSettings } from './attention/attention.ts';
import type { LimitBook } from './budgets/limit-book.ts';
import type { Crew } from './crew/crew.ts';
import type { FloorViews } from './floor-view/floor-views.ts';
import type { Service } from './lifecycle/agents-in-service.ts';
import type { MessageLog } from './message-log.ts';
import type { RunningTurns } from './turns/running-turns.ts';
import type { TurnEnds } from './turns/turn-ends.ts';

export interface Settings {
  /** A message that is older than this when it is dealt with is read but not answered. Milliseconds. */
  readonly answerWithinMs: number;
  /** Messages of one person that follow each other so closely are answered together. Milliseconds. */
  readonly mergeWithinMs: number;
  /** How many of the latest messages an agent gets to read. */
  readonly historyMessages: number;
  /** What agents may do unasked. */
  readonly turnLimits: TurnLimits;
  readonly pacing: Pacing;
  readonly introduce: boolean;
  readonly floor: {
    /** The slots of rooms that have none of their own. */
    readonly slot: SlotRules;
    /** How long an agent that moderates may take for each grant, in milliseconds. */
    readonly moderatorMs: number;
    /** Patterns of addresses of bots that are not ours, in which `*` stands for any characters. */
    readonly bots: readonly string[];
    /** Whether bots are also found out by what they do. */
    readonly findBots: boolean;
  };
  readonly attention: AttentionSettings;
  /** The strategy of rooms that have none of their own. */
  readonly strategy: string;
  readonly retirement: {
    /** How long an agent that is retired may go on with what it has begun, in milliseconds. */
    readonly finishMs: number;
    /** Whether its account is closed for good, as against kept. */
    readonly closeAccounts: boolean;
  };
  /** How long the audit and events that could not be handled are kept, in milliseconds. */
  readonly auditKeepMs: number;
  /** What stands before the name of a command: `!`. */
  readonly commandPrefix: string;
  /** Who may do what. */
  readonly access: AccessRules;
  readonly budgets: BudgetRules;
  readonly tasks: TaskSettings;
}

export interface TaskSettings {
  /** Tasks that one agent works on at a time. */
  readonly perAgent: number;
  /** Tasks of a room that may be open; 0: nobody works on tasks here. */
  readonly perRoom: number;
  /** Steps of one stage until it has failed. */
  readonly stepsPerStage: number;
  /** Tokens that a task may take before a person is asked. */
  readonly tokens: number;
  /** How long an approval is waited for, in milliseconds. */
  readonly approvalMs: number;
}

/** Everything that the orchestrator works with, put together once at the start. */
export interface Installation {
  readonly store: Store;
  readonly queue: Queue;
  /** The processes that work together. */
  readonly crew: Crew;
  /** What cannot wait for another process to look into the store. */
  readonly signals: Signals;
  /** Where every step tells what it did. */
  readonly bus: Bus;
  readonly bridges: ReadonlyMap<BridgeName, Bridge>;
  readonly runtime: AgentRuntime;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: Settings;
  /** When this process began, by the clock. */
  readonly startedAt: number;
  /** Our agents that are not retired, as they are now: it follows `service`. */
  readonly agents: ReadonlyMap<AgentId, Agent>;
  /** Takes agents into `agents` and out of it. */
  readonly service: Service;
  readonly messageLog: MessageLog;
  readonly running: RunningTurns;
  readonly turnEnds: TurnEnds;
  readonly attention: Attention;
  readonly views: FloorViews;
  readonly limits: LimitBook;
  /** What work on tasks can use beyond Parley itself. */
  readonly workTools: WorkTools;
}

/** The bridge that a chat lives on, or null when it is not configured any more. */
export const bridgeFor = (parley: Pick<Installation, 'bridges'>, chat: ChatId): Bridge | null =>
  parley.bridges.get(bridgeOf(chat)) ?? null;
