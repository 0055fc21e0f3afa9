import type { RuntimeLimits } from '../../../src/agents/limits.ts';
import type { ModelConfig } from '../../../src/agents/models/model-config.ts';
import { modelConfigSchema } from '../../../src/agents/models/model-config.ts';
import { agentRuntime } from '../../../src/agents/runtime.ts';
import type { AgentRuntime } from '../../../src/ports/agent-runtime.ts';
import type { Log } from '../../../src/ports/log.ts';

export interface LogLine {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export interface RecordedLog extends Log {
  readonly lines: LogLine[];
}

export function recordedLog(): RecordedLog {
  const lines: LogLine[] = [];
  const at = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) =>
    void lines.push({ level, fields, message });
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A model as the configuration gives it. */
export function model(fields: Partial<ModelConfig> & Pick<ModelConfig, 'type'>): ModelConfig {
  return modelConfigSchema.parse({ id: fields.type.replace('_', '-'), name: fields.type, ...fields });
}

/** The scripted server as a model. */
export function scripted(url: string, fields: Partial<ModelConfig> = {}): ModelConfig {
  return model({ type: 'openai_compatible', id: 'scripted', model: 'scripted', baseUrl: `${url}/v1`, ...fields });
}

export interface Given {
  readonly models: readonly ModelConfig[];
  readonly limits?: Partial<RuntimeLimits>;
  readonly log?: Log;
  readonly env?: Record<string, string>;
}

/** A runtime whose models are tried in their order, with short pauses and an empty environment. */
export function runtimeWith({ models, limits, log, env }: Given): AgentRuntime {
  return agentRuntime({
    models,
    defaultModels: models.map(({ id }) => id),
    limits: { backoffMs: 5, ...limits },
    log: log ?? recordedLog(),
    env: env ?? {},
  });
}

export const never = (): AbortSignal => new AbortController().signal;
