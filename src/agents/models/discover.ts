import { ParleyError } from '../../core/errors.ts';
import { type Environment, hostOf } from './endpoint.ts';
import type { ModelConfig } from './model-config.ts';
import {
  defaultAnswerSeconds,
  defaultFirstTokenSeconds,
  defaultStallSeconds,
  knownTypes,
  type ModelCapability,
  type ModelType,
  modelTypes,
} from './model-types.ts';
import { findOllama, type InstalledModel } from './ollama-tags.ts';

export interface Configured {
  readonly models: readonly ModelConfig[];
  /** Ids or names; empty: the configured models in their order. */
  readonly defaultModels: readonly string[];
  readonly env: Environment;
}

export interface Discovery {
  readonly models: readonly ModelConfig[];
  readonly defaultModels: readonly string[];
  /** Why this is the default, for the start-up line. */
  readonly reason: string;
}

const seeing: ModelCapability[] = ['text', 'chat', 'images'];
const blind: ModelCapability[] = ['text', 'chat'];
/** The models that a provider's type stands for. What runs at home may not know how to call tools: its configuration says so. */
const able: ModelCapability[] = [...seeing, 'tools'];
const byVariable: ReadonlySet<ModelType> = new Set(['openai', 'anthropic', 'google', 'mistral']);
const ollamaUrl = 'http://127.0.0.1:11434';

/** Which models there are and which one answers. Looks for Ollama only when nothing else says what to use. */
export async function discoverModels(configured: Configured, ollama = ollamaUrl): Promise<Discovery> {
  return decide(configured) ?? decideAmong(configured, await findOllama(ollama), ollama);
}

/**
 * The choice, as far as configuration and environment make it; null where they say nothing. `PARLEY_MODEL` may be the id or name of a
 * configured model, `demo`, `<type>/<model>`, or the name of a model at `OPENAI_BASE_URL`, OpenAI or in Ollama.
 */
export function decide({ models, defaultModels, env }: Configured): Discovery | null {
  const wanted = env.PARLEY_MODEL || undefined;
  const named = models.find(({ id, name }) => id === wanted || name === wanted);
  const found = fromEnvironment(env, named === undefined ? wanted : undefined);
  const all = [...models, ...found.filter(one => models.every(other => other.id !== one.id))];
  if (named !== undefined) return chose(all, named, 'PARLEY_MODEL names it');
  if (wanted === 'demo') return chose(all, demoModel(), 'PARLEY_MODEL names it');
  if (wanted !== undefined) {
    const asked = byPrefix(wanted, env) ?? found.find(({ model }) => model === wanted);
    return asked === undefined ? null : chose(all, asked, 'PARLEY_MODEL names it');
  }
  if (defaultModels.length > 0) return { models: withDemo(all), defaultModels, reason: 'the configuration says so' };
  if (models[0] !== undefined) {
    return {
      ...chose(all, models[0], 'it stands first in the configuration'),
      defaultModels: models.map(({ id }) => id),
    };
  }
  return found[0] === undefined ? null : chose(all, found[0], `${variableOf(found[0])} is set`);
}

/** What is left: an Ollama with a chat model, or the demo model. */
export function decideAmong(
  { models, env }: Configured,
  installed: readonly InstalledModel[] | null,
  url: string,
): Discovery {
  const wanted = env.PARLEY_MODEL || undefined;
  const pick = installed?.find(({ name }) => wanted === undefined || name === wanted || name === `${wanted}:latest`);
  if (pick !== undefined) {
    const capabilities = pick.images ? seeing : blind;
    const model = configOf('ollama', { name: pick.name, model: pick.name, baseUrl: url, capabilities });
    return chose(models, model, 'Ollama runs here and has it installed');
  }
  if (wanted !== undefined) {
    throw new ParleyError(
      'CONFIG_INVALID',
      `PARLEY_MODEL is "${wanted}", but no configured model has this id or name, Ollama has none of that name, and there is no OPENAI_API_KEY or OPENAI_BASE_URL to ask for it. Set one of them, or leave PARLEY_MODEL out.`,
    );
  }
  const nothing =
    installed === null ? 'no model is configured' : 'no model is configured, and Ollama has no chat model installed';
  return chose(models, demoModel(), `${nothing}: set OPENAI_API_KEY or start Ollama`);
}

function fromEnvironment(env: Environment, model: string | undefined): ModelConfig[] {
  const others = (['anthropic', 'google', 'mistral'] as const).filter(type => env[knownTypes[type].keyVariable ?? '']);
  return [...openAiFrom(env, model), ...others.map(type => configOf(type, { capabilities: able }))];
}

/** `anthropic/claude-…`; but with OPENAI_BASE_URL set, such a name is that server's own. */
function byPrefix(wanted: string, env: Environment): ModelConfig | undefined {
  const [prefix, ...rest] = wanted.split('/');
  const type = modelTypes.find(known => known === prefix);
  if (env.OPENAI_BASE_URL || type === undefined || type === 'openai_compatible' || rest.length === 0) return undefined;
  const capabilities = byVariable.has(type) ? able : blind;
  return configOf(type, { id: wanted, name: rest.join('/'), model: rest.join('/'), capabilities });
}

function openAiFrom(env: Environment, model: string | undefined): ModelConfig[] {
  const key = env.OPENAI_API_KEY || undefined;
  const url = env.OPENAI_BASE_URL || undefined;
  if (url === undefined && key === undefined) return [];
  const named = model === undefined ? {} : { model };
  if (url === undefined || hostOf(url) === 'api.openai.com') {
    return [configOf('openai', { ...named, capabilities: able })];
  }
  const withKey = key === undefined ? {} : { apiKey: key };
  return [configOf('openai_compatible', { ...named, ...withKey, id: 'openai', name: hostOf(url), baseUrl: url })];
}

function demoModel(): ModelConfig {
  return configOf('demo', { name: 'demo model' });
}

function configOf(type: ModelType, fields: Partial<ModelConfig>): ModelConfig {
  return {
    id: type,
    name: fields.model ?? knownTypes[type].model ?? type,
    type,
    capabilities: blind,
    firstTokenSeconds: defaultFirstTokenSeconds,
    stallSeconds: defaultStallSeconds,
    answerSeconds: defaultAnswerSeconds,
    ...fields,
  };
}

function chose(models: readonly ModelConfig[], model: ModelConfig, reason: string): Discovery {
  const all = models.includes(model) ? models : [...models, model];
  return { models: withDemo(all), defaultModels: [model.id], reason };
}

/** It can always be chosen for an agent. */
function withDemo(models: readonly ModelConfig[]): readonly ModelConfig[] {
  return models.some(({ id }) => id === 'demo') ? models : [...models, demoModel()];
}

function variableOf({ type, baseUrl }: ModelConfig): string {
  return (baseUrl === undefined ? knownTypes[type].keyVariable : undefined) ?? 'OPENAI_BASE_URL';
}
