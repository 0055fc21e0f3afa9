import type { AgentRuntime } from '../ports/agent-runtime.ts';
import type { RuntimeOptions } from './open-runtime.ts';

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
    step: async (request, signal) => (await open()).step(request, signal),
    canStep: async agent => (await open()).canStep(agent),
    estimate: async request => (await open()).estimate(request),
    describe: async signal => (await open()).describe(signal),
    warmUp: async () => (await open()).warmUp(),
  };
}
