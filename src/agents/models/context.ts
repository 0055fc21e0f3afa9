import type { ModelConfig } from './model-config.ts';

/** Ollama reserves memory for the whole context: 8,192 tokens with the answer fit beside a model of 8 billion parameters. */
export const ollamaContextTokens = 6144;

/** How many tokens a request to this model may have. */
export function contextTokensOf(config: ModelConfig, byDefault: number): number {
  return config.contextTokens ?? (config.type === 'ollama' ? Math.min(ollamaContextTokens, byDefault) : byDefault);
}
