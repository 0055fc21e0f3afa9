import { ChatAnthropic } from '@langchain/anthropic';
import type { Opening } from './opening.ts';

export const openModel = ({ config, model, baseUrl, apiKey }: Opening) =>
  new ChatAnthropic({
    model,
    apiKey: apiKey ?? '',
    anthropicApiUrl: baseUrl,
    maxRetries: 0,
    ...(config.temperature === undefined ? {} : { temperature: config.temperature }),
    ...(config.maxTokens === undefined ? {} : { maxTokens: config.maxTokens }),
  });
