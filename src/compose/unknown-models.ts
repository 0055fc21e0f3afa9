import type { AgentConfig } from '../../config/sections/agent.ts';
import { modelNamed } from '../agents/models/chain.ts';
import type { ModelConfig } from '../agents/models/model-config.ts';
import { closest } from '../core/closest.ts';
import type { ModelHealth } from '../ports/agent-runtime.ts';

type Naming = Pick<AgentConfig, 'id' | 'role'> & { readonly model: readonly string[] };

/**
 * The models that agents name and that are not there, one line each. No fault of the configuration, as it depends on keys and on what
 * runs on this machine; the agent's next model answers, or else the default one.
 */
export function unknownModels(agents: readonly Naming[], models: readonly ModelConfig[]): ModelHealth[] {
  const namedBy = new Map<string, string[]>();
  for (const { id, role, model } of agents) {
    if (role === 'orchestrator') continue;
    for (const name of new Set(model)) {
      if (modelNamed(name, models) === undefined) namedBy.set(name, [...(namedBy.get(name) ?? []), id]);
    }
  }
  return [...namedBy].map(([name, ids]) => ({
    name,
    ok: false,
    detail: `no model has this id or name; another one answers for ${ids.join(', ')}`,
    remedy: remedyFor(name, models),
  }));
}

function remedyFor(name: string, models: readonly ModelConfig[]): string {
  const known = [...new Set(models.flatMap(model => [model.id, model.name]))];
  const meant = closest(name, known);
  const there = meant === undefined ? `There are: ${known.join(', ')}.` : `Did you mean ${meant}?`;
  return `${there} Correct "model" in the agent's file, or add the model in config/parley.yaml.`;
}
