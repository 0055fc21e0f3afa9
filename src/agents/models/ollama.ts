import { ChatOllama } from '@langchain/ollama';
import { ollamaContextTokens } from './context.ts';
import type { Opening } from './opening.ts';

/** Room for the answer beside the request. */
const answerTokens = 2048;

export const openModel = ({ config, model, baseUrl, apiKey, signal }: Opening) =>
  new ChatOllama({
    model,
    baseUrl,
    maxRetries: 0,
    // LangChain looks at its signal only when the next piece comes; a model that still reads the prompt would not notice.
    fetch: (input, init) => fetch(input, { ...init, signal }),
    // Ollama's own default is small, and it cuts the beginning off silently.
    numCtx: (config.contextTokens ?? ollamaContextTokens) + (config.maxTokens ?? answerTokens),
    ...(apiKey === null ? {} : { headers: { Authorization: `Bearer ${apiKey}` } }),
    ...(config.temperature === undefined ? {} : { temperature: config.temperature }),
    ...(config.maxTokens === undefined ? {} : { numPredict: config.maxTokens }),
  });
