import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { Endpoint } from './endpoint.ts';
import type { ModelConfig } from './model-config.ts';

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
