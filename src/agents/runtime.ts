import type { AgentRuntime } from '../ports/agent-runtime.ts';
import type { Log } from '../ports/log.ts';
import type { RuntimeLimits } from './limits.ts';
import type { Environment } from './models/endpoint.ts';
import type { ModelConfig } from './models/model-config.ts';

export interface RuntimeOptions {
  readonly models: readonly ModelConfig[];
  /** Ids or names, in the order in which they are tried. */
  readonly defaultModels: readonly string[];
  readonly limits?: Partial<RuntimeLimits>;
  readonly log: Log;
  /** Where API keys are that the configuration does not give. Default: the process's own. */
  readonly env?: Environment;
}

/** Agents that think with LangChain. Nothing is loaded before the first use, or `warmUp`: start-up has more urgent things to do. */
export function agentRuntime(options: RuntimeOptions): AgentRuntime {
  let opened: Promise<AgentRuntime> | undefined;
  const open = () => {
    opened ??= import('./open-runtime.ts').then(({ openRuntime }) => openRuntime(options));
    return opened;
  };
  return {
    async *reply(request, signal) {
      yield* (await open()).reply(request, signal);
    },
    describe: async signal => (await open()).describe(signal),
    warmUp: async () => (await open()).warmUp(),
  };
}
