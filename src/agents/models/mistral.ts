import { ChatMistralAI } from '@langchain/mistralai';
import type { Opening } from './opening.ts';

export const openModel = ({ config, model, baseUrl, apiKey, signal }: Opening) =>
  new ChatMistralAI({
    model,
    apiKey: apiKey ?? '',
    serverURL: baseUrl,
    maxRetries: 0,
    // LangChain gives Mistral's SDK no signal; without this a stopped answer would be generated, and paid for, to its end.
    beforeRequestHooks: [request => new Request(request, { signal })],
    ...(config.temperature === undefined ? {} : { temperature: config.temperature }),
    ...(config.maxTokens === undefined ? {} : { maxTokens: config.maxTokens }),
  });
