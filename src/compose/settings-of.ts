import type { Config } from '../../config/load.ts';
import type { ModelConfig } from '../agents/models/model-config.ts';
import type { AccessRules } from '../core/access.ts';
import type { Agent } from '../core/agent.ts';
import { conversationTools } from '../core/conversation-tools.ts';
import { agentId } from '../core/ids.ts';
import { workTools } from '../core/work-tools.ts';
import type { Settings } from '../orchestrator/installation.ts';
import type { AgentWish } from '../orchestrator/lifecycle/agent-changes.ts';
import { budgetRules } from './budget-rules.ts';

interface Site {
  readonly serverName: string;
  /** The address of whose installation it is. */
  readonly owner: string | null;
  /** All that may answer. */
  readonly models: readonly ModelConfig[];
}

/** The orchestrator's settings, as the configuration says. */
export function settingsOf(config: Config, { serverName, owner, models }: Site): Settings {
  const { attention, audit, conversation, floor, retirement, streaming, tasks } = config;
  return {
    answerWithinMs: conversation.answerWithinMinutes * 60_000,
    mergeWithinMs: conversation.mergeWithinSeconds * 1000,
    historyMessages: conversation.historyMessages,
    turnLimits: {
      maxHops: conversation.maxHops,
      maxTurnsWithoutPerson: conversation.maxTurnsWithoutPerson,
      agentTurnsPerMinute: floor.agentTurnsPerMinute,
      roomTurnsPerMinute: floor.roomTurnsPerMinute,
    },
    pacing: {
      quietMs: streaming.quietMs,
      firstIntervalMs: streaming.firstIntervalMs,
      growth: streaming.growth,
      maxEdits: streaming.maxEdits,
    },
    introduce: conversation.introduce,
    floor: {
      slot: { seconds: floor.slotSeconds, messages: floor.slotMessages },
      moderatorMs: floor.moderatorSeconds * 1000,
      bots: floor.bots,
      findBots: floor.findBots,
    },
    attention,
    strategy: floor.strategy,
    retirement: { finishMs: retirement.finishSeconds * 1000, closeAccounts: retirement.accounts === 'closed' },
    tasks: {
      perAgent: tasks.perAgent,
      perRoom: tasks.perRoom,
      stepsPerStage: tasks.stepsPerStage,
      tokens: tasks.tokens,
      approvalMs: tasks.approvalHours * 3_600_000,
    },
    auditKeepMs: audit.keepDays * 24 * 3_600_000,
    commandPrefix: config.commands.prefix,
    access: accessOf(config, serverName, owner),
    budgets: budgetRules(config.budgets, { serverName, models }),
  };
}

/** Who is what, with the agents' own server in place of `{homeserver}`, and the owner as an admin unless the configuration says otherwise. */
function accessOf({ access }: Pick<Config, 'access'>, serverName: string, owner: string | null): AccessRules {
  const people = Object.entries(access.people).map(([who, role]) => [who.replaceAll('{homeserver}', serverName), role]);
  const first = owner === null ? {} : { [owner]: 'admin' };
  return { ...access, people: { ...first, ...Object.fromEntries(people) } };
}

/** The tools of a file are parted into those of conversations and those of tasks. Where it names none, it has all. */
function resourcesOf({ skills, tools }: Config['agents'][number]): Agent['resources'] {
  const named = <Name extends string>(names: readonly Name[]): Name[] =>
    names.filter(name => tools === null || (tools as readonly string[]).includes(name));
  const forTasks = tools === null ? {} : { workTools: named(workTools) };
  return { skills: [...skills], tools: named(conversationTools), ...forTasks };
}

/** The agents that the configuration asks for. */
export function agentWishes(config: Pick<Config, 'agents'>): AgentWish[] {
  return config.agents.map((agent, place) => ({
    _id: agentId(agent.id),
    name: agent.name,
    description: agent.description,
    instructions: agent.instructions,
    role: agent.role,
    resources: resourcesOf(agent),
    publicProfile: { avatar: agent.avatar, colour: agent.colour },
    model: [...agent.model],
    capabilities: [],
    minComplexity: agent.complexity[0] ?? 1,
    maxComplexity: agent.complexity[1] ?? 10,
    owner: agent.owner,
    place,
  }));
}
