import type { Agent } from '../core/agent.ts';
import type { AgentRuntime } from '../ports/agent-runtime.ts';
import type { Log } from '../ports/log.ts';
import type { Turnstile } from '../ports/turnstile.ts';
import { answerSizes, learning } from './answer-sizes.ts';
import { estimateReply } from './estimate.ts';
import { defaultLimits, type RuntimeLimits } from './limits.ts';
import { catalogue, chainOf } from './models/chain.ts';
import type { Environment } from './models/endpoint.ts';
import { healthOf } from './models/health.ts';
import type { ModelConfig } from './models/model-config.ts';
import { modelSource } from './models/source.ts';
import { reply } from './reply.ts';
import { ableToStep, step } from './step.ts';

export interface RuntimeOptions {
  readonly models: readonly ModelConfig[];
  /** Ids or names, in the order in which they are tried. */
  readonly defaultModels: readonly string[];
  readonly limits?: Partial<RuntimeLimits>;
  readonly log: Log;
  /** Where API keys are that the configuration does not give. Default: the process's own. */
  readonly env?: Environment;
  /** Where calls of a model wait for their turn; null where it has no limit. Default: none has. */
  readonly turnstileFor?: (model: ModelConfig) => Turnstile | null;
}

/** How long a server may take to say which model it has. */
const warmUpMs = 3000;

export function openRuntime({
  log,
  env = process.env,
  turnstileFor = () => null,
  ...options
}: RuntimeOptions): AgentRuntime {
  const limits = { ...defaultLimits, ...options.limits };
  const models = catalogue(options.models, options.defaultModels, log);
  const { contextTokens } = limits;
  const sourceOf = (config: ModelConfig) =>
    modelSource(config, { env, contextTokens, turnstile: turnstileFor(config) });
  const sources = new Map(models.all.map(config => [config.id, sourceOf(config)]));
  const sourcesOf = (configs: readonly ModelConfig[]) => configs.flatMap(({ id }) => sources.get(id) ?? []);
  const defaults = sourcesOf(models.defaults);
  const others = sourcesOf(models.all).filter(source => source.config.type !== 'demo' && !defaults.includes(source));
  const chain = ({ agent }: { readonly agent: Agent }) => sourcesOf(chainOf(agent.model, models));
  const sizes = answerSizes();
  return {
    reply: (request, signal) => learning(reply({ request, chain: chain(request), limits, log, signal }), sizes),
    step: (request, signal) => step({ request, chain: chain(request), limits, log, signal }),
    canStep: async agent => ableToStep(chain({ agent })).length > 0,
    estimate: async request => estimateReply(request, { chain: chain(request), limits, sizes }),
    describe: signal => Promise.all([...defaults, ...others].map(source => healthOf(source, signal))),
    warmUp: async () => {
      await defaults[0]?.open(AbortSignal.timeout(warmUpMs)).catch((error: unknown) => {
        log.debug({ err: error }, 'The default model could not be made ready in advance');
      });
    },
  };
}
