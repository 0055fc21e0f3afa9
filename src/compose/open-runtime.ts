import type { Config } from '../../config/load.ts';
import { discoverModels } from '../agents/models/discover.ts';
import { agentRuntime } from '../agents/runtime.ts';
import type { AgentRuntime } from '../ports/agent-runtime.ts';
import type { Log } from '../ports/log.ts';

export interface Answering {
  /** For the person who starts Parley: `gpt-5-mini at api.openai.com (OPENAI_API_KEY is set)`. */
  readonly name: string;
  readonly isDemo: boolean;
}

export interface OpenedRuntime {
  readonly runtime: AgentRuntime;
  /** Which model answers; asks the model's server, so it may take some seconds. */
  readonly answering: Promise<Answering>;
}

interface Given {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** What thinks for the agents, with the models that configuration, environment and machine offer. Loads the default one in advance. */
export async function openRuntime({ config, env, log, signal }: Given): Promise<OpenedRuntime> {
  const { models, defaultModels, reason } = await discoverModels({ models: config.models, defaultModels: [], env });
  const { historyMessages, contextTokens } = config.conversation;
  const limits = { contextTokens, contextMessages: historyMessages };
  const runtime = agentRuntime({ models, defaultModels, limits, log, env });
  void runtime.warmUp();
  const chosen = models.find(model => model.id === defaultModels[0]);
  const answering = runtime.describe(signal).then(([first]) => ({
    name: `${first?.detail ?? chosen?.name ?? 'none'} (${reason})`,
    isDemo: chosen?.type === 'demo',
  }));
  answering.catch(() => undefined);
  return { runtime, answering };
}
