import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentRuntime, ReplyPiece, ReplyRequest } from '../ports/agent-runtime.ts';
import { answer } from './answer.ts';
import { type Failure, toFailure } from './failures/failure.ts';
import { defaultLimits, type RuntimeLimits } from './limits.ts';
import type { RuntimeLog } from './log.ts';
import { catalogue, chainOf } from './models/chain.ts';
import type { Environment } from './models/endpoint.ts';
import { healthOf } from './models/health.ts';
import type { ModelConfig } from './models/model-config.ts';
import { type ModelSource, modelSource } from './models/source.ts';
import { recovery } from './recovery.ts';
import { buildPrompt } from './prompts/prompt.ts';

export interface RuntimeOptions {
  readonly models: readonly ModelConfig[];
  /** Ids or names, in the order in which they are tried. */
  readonly defaultModels: readonly string[];
  readonly limits?: Partial<RuntimeLimits>;
  readonly log: RuntimeLog;
  /** Where API keys are that the configuration does not give. Default: the process's own. */
  readonly env?: Environment;
}

/** Agents that think with LangChain. Importing this loads none of it. */
export function agentRuntime(options: RuntimeOptions): AgentRuntime {
  const limits = { ...defaultLimits, ...options.limits };
  const models = catalogue(options.models, options.defaultModels, options.log);
  const env = options.env ?? process.env;
  const sources = new Map(models.all.map(config => [config.id, modelSource(config, env, limits.contextTokens)]));
  const sourcesOf = (configs: readonly ModelConfig[]) => configs.flatMap(({ id }) => sources.get(id) ?? []);
  const defaults = sourcesOf(models.defaults);
  if (defaults.length === 0) throw new Error('agentRuntime needs a default model');
  return {
    reply: (request, signal) => {
      const chain = sourcesOf(chainOf(request.agent.model, models));
      return reply({ request, chain, limits, log: options.log, signal });
    },
    describe: signal => Promise.all(usedFirst(models.all, defaults).map(source => healthOf(source, signal))),
    warmUp: async () => {
      await defaults[0]?.open(AbortSignal.timeout(3000)).catch((error: unknown) => {
        options.log.debug({ error: String(error) }, 'The default model could not be warmed up');
      });
    },
  };

  function usedFirst(all: readonly ModelConfig[], first: readonly ModelSource[]): ModelSource[] {
    return [...new Set([...first, ...sourcesOf(all)])];
  }
}
