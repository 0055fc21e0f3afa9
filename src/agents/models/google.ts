import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
import type { Opening } from './providers.ts';

export const openModel = ({ config, model, baseUrl, apiKey }: Opening) =>
  new ChatGoogleGenerativeAI({
    model,
    apiKey: apiKey ?? '',
    baseUrl,
    maxRetries: 0,
    ...(config.temperature === undefined ? {} : { temperature: config.temperature }),
    ...(config.maxTokens === undefined ? {} : { maxOutputTokens: config.maxTokens }),
  });
