import type { Opening } from './opening.ts';

/** Without a key the SDK would take `OPENAI_API_KEY` from the environment and show it to whichever server this is. */
const noKey = 'none';

export function openAiFields({ config, model, baseUrl, apiKey, askUsage }: Opening) {
  return {
    model,
    apiKey: apiKey ?? noKey,
    configuration: { baseURL: baseUrl, organization: null, project: null },
    maxRetries: 0,
    streamUsage: askUsage,
    ...(config.temperature === undefined ? {} : { temperature: config.temperature }),
    ...(config.maxTokens === undefined ? {} : { maxTokens: config.maxTokens }),
  };
}
