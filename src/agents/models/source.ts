import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { Turnstile } from '../../ports/turnstile.ts';
import { ModelTrouble } from '../failures/failure.ts';
import { contextTokensOf } from './context.ts';
import { type Endpoint, type Environment, endpointOf } from './endpoint.ts';
import { listModels } from './list-models.ts';
import type { ModelConfig } from './model-config.ts';
import { knownTypes } from './model-types.ts';
import { providerOf } from './providers.ts';

/** A configured model and what was learned about it while it was used. */
export interface ModelSource {
  readonly config: ModelConfig;
  readonly endpoint: Endpoint;
  /** Everything that must not stand in a log. */
  readonly secrets: readonly string[];
  contextTokens: number;
  /** Where calls wait for their turn; null where there is no limit. */
  readonly turnstile: Turnstile | null;
  /** Becomes false when the server refuses to be asked for token counts. */
  askUsage: boolean;
  /** The provider's name of the model; asked from the server once where the configuration leaves it open. Throws when a key is missing. */
  modelName(signal: AbortSignal): Promise<string>;
  /** A LangChain model for one answer. Loads its SDK when it is the first. */
  open(signal: AbortSignal): Promise<BaseChatModel>;
}

interface SourceOptions {
  readonly env: Environment;
  readonly contextTokens: number;
  readonly turnstile?: Turnstile | null;
}

export function modelSource(config: ModelConfig, { env, contextTokens, turnstile = null }: SourceOptions): ModelSource {
  const endpoint = endpointOf(config, env);
  let listed: string | undefined;
  const source: ModelSource = {
    config,
    endpoint,
    secrets: endpoint.apiKey === null ? [] : [endpoint.apiKey],
    contextTokens: contextTokensOf(config, contextTokens),
    turnstile,
    askUsage: true,
    modelName: async signal => {
      requireKey(config, endpoint);
      const known = config.model ?? knownTypes[config.type].model ?? listed;
      if (known !== undefined) return known;
      listed = await firstListed(config, endpoint, signal);
      return listed;
    },
    open: async signal => {
      const model = await source.modelName(signal);
      const openModel = await providerOf(config.type);
      return openModel({ config, ...endpoint, model, signal, askUsage: source.askUsage });
    },
  };
  return source;
}

/** Servers of one's own often hold embedding models beside the one to talk with. */
const noChat = /embed|rerank|whisper|bge-/i;

async function firstListed(config: ModelConfig, endpoint: Endpoint, signal: AbortSignal): Promise<string> {
  const names = await listModels(config.type, endpoint, signal);
  const name = names.find(id => !noChat.test(id)) ?? names[0];
  if (name === undefined) throw new ModelTrouble('model missing', 'The server lists no model.');
  return name;
}

function requireKey({ type, baseUrl }: ModelConfig, { apiKey }: Endpoint): void {
  const { needsKey, keyVariable } = knownTypes[type];
  if (needsKey && apiKey === null && baseUrl === undefined) {
    throw new ModelTrouble('key missing', `No API key: set apiKey for this model, or ${keyVariable}.`);
  }
}
