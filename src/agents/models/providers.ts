import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { Endpoint } from './endpoint.ts';
import type { ModelConfig } from './model-config.ts';
import type { ModelType } from './model-types.ts';

/** What a provider needs to open a model for one answer. */
export interface Opening extends Endpoint {
  readonly config: ModelConfig;
  /** The provider's name of the model. */
  readonly model: string;
  /** Aborting it must close the connection. Given here for SDKs to which LangChain does not pass it on. */
  readonly signal: AbortSignal;
  /** False for a server that refuses to be asked for token counts. */
  readonly askUsage: boolean;
}

/** A family of models: one file, which alone imports its SDK. */
export type OpenModel = (opening: Opening) => BaseChatModel;

/** Nothing of LangChain is loaded before the first model of a family is wanted; importing one takes 0.4 to 1.3 seconds. */
const families: Readonly<Record<ModelType, () => Promise<{ readonly openModel: OpenModel }>>> = {
  openai: () => import('./openai.ts'),
  openai_compatible: () => import('./openai-compatible.ts'),
  lm_studio: () => import('./openai-compatible.ts'),
  openrouter: () => import('./openai-compatible.ts'),
  deepseek: () => import('./openai-compatible.ts'),
  ollama: () => import('./ollama.ts'),
  anthropic: () => import('./anthropic.ts'),
  google: () => import('./google.ts'),
  mistral: () => import('./mistral.ts'),
  demo: () => import('./demo/open.ts'),
};

/** Node remembers what it imported: only the first call waits. */
export async function providerOf(type: ModelType): Promise<OpenModel> {
  return (await families[type]()).openModel;
}
