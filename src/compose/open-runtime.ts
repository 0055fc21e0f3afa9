import type { Config } from '../../config/load.ts';
import { discoverModels } from '../agents/models/discover.ts';
import type { ModelConfig } from '../agents/models/model-config.ts';
import { agentRuntime } from '../agents/runtime.ts';
import type { AgentRuntime, ModelHealth } from '../ports/agent-runtime.ts';
import type { Log } from '../ports/log.ts';
import type { Turnstile } from '../ports/turnstile.ts';
import { unknownModels } from './unknown-models.ts';

export interface Answering {
  /** For the person who starts Parley: `gpt-5-mini at api.openai.com (OPENAI_API_KEY is set)`. */
  readonly name: string;
  readonly isDemo: boolean;
  /** Whether it answers now. */
  readonly ok: boolean;
}

export interface OpenedRuntime {
  readonly runtime: AgentRuntime;
  /** Which model answers; asks the model's server, so it may take some seconds. */
  readonly answering: Promise<Answering>;
  /** All that may answer. */
  readonly models: readonly ModelConfig[];
  /** The models that agents name and that are not there. */
  readonly unknown: readonly ModelHealth[];
}

interface Given {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Default: no model has limits. */
  readonly turnstileFor?: (model: ModelConfig) => Turnstile | null;
}

/** What thinks for the agents, with the models that configuration, environment and machine offer. */
export async function openRuntime({ config, env, log, signal, turnstileFor }: Given): Promise<OpenedRuntime> {
  const { models, defaultModels, reason } = await discoverModels({ models: config.models, defaultModels: [], env });
  const { historyMessages, contextTokens } = config.conversation;
  const limits = { contextTokens, contextMessages: historyMessages };
  const runtime = agentRuntime({
    models,
    defaultModels,
    limits,
    log,
    env,
    ...(turnstileFor && { turnstileFor }),
  });
  const chosen = models.find(model => model.id === defaultModels[0]);
  const answering = runtime.describe(signal).then(([first]) => ({
    name: `${first === undefined ? (chosen?.name ?? 'none') : healthLine(first)} (${reason})`,
    isDemo: chosen?.type === 'demo',
    ok: first?.ok !== false,
  }));
  answering.catch(() => undefined);
  return { runtime, answering, models, unknown: unknownModels(config.agents, models) };
}

/** What a model is, or what is wrong with it and what to do. */
export const healthLine = ({ detail, remedy }: ModelHealth): string =>
  remedy === null ? detail : `${detail}. ${remedy}`;
