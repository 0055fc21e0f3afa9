/** What a model's configuration may name; `models/providers.ts` knows how to open each. */
export const modelTypes = [
  'openai',
  'openai_compatible',
  'lm_studio',
  'ollama',
  'openrouter',
  'deepseek',
  'anthropic',
  'google',
  'mistral',
  'demo',
] as const;
export type ModelType = (typeof modelTypes)[number];

export const modelCapabilities = ['text', 'chat', 'images', 'tools'] as const;
export type ModelCapability = (typeof modelCapabilities)[number];

export const defaultFirstTokenSeconds = 60;
export const defaultStallSeconds = 30;
export const defaultAnswerSeconds = 600;
export const defaultCapabilities: readonly ModelCapability[] = ['text', 'chat'];

interface KnownType {
  /** Where the API is when the configuration does not say. */
  readonly baseUrl?: string;
  /** The provider's model when the configuration does not say; without one, the first that the server lists. */
  readonly model?: string;
  /** The environment variable of the key. It is never sent to another type's server. */
  readonly keyVariable?: string;
  readonly needsKey: boolean;
}

/**
 * Base URLs always stand here and are always given to the SDKs: left out, several of them take one from variables of their own
 * (`LANGSMITH_GATEWAY`, `ANTHROPIC_BASE_URL`, …), and conversations would go where nobody configured them to go.
 */
export const knownTypes: Readonly<Record<ModelType, KnownType>> = {
  openai: {
    baseUrl: 'https://api.openai.com/v1',
    model: 'gpt-5-mini',
    keyVariable: 'OPENAI_API_KEY',
    needsKey: true,
  },
  openai_compatible: { needsKey: false },
  lm_studio: { baseUrl: 'http://127.0.0.1:1234/v1', needsKey: false },
  ollama: { baseUrl: 'http://127.0.0.1:11434', needsKey: false },
  openrouter: {
    baseUrl: 'https://openrouter.ai/api/v1',
    model: 'openrouter/auto',
    keyVariable: 'OPENROUTER_API_KEY',
    needsKey: true,
  },
  deepseek: {
    baseUrl: 'https://api.deepseek.com/v1',
    model: 'deepseek-chat',
    keyVariable: 'DEEPSEEK_API_KEY',
    needsKey: true,
  },
  anthropic: {
    baseUrl: 'https://api.anthropic.com',
    model: 'claude-sonnet-4-5',
    keyVariable: 'ANTHROPIC_API_KEY',
    needsKey: true,
  },
  google: {
    baseUrl: 'https://generativelanguage.googleapis.com',
    model: 'gemini-2.5-flash',
    keyVariable: 'GOOGLE_API_KEY',
    needsKey: true,
  },
  mistral: {
    baseUrl: 'https://api.mistral.ai',
    model: 'mistral-small-latest',
    keyVariable: 'MISTRAL_API_KEY',
    needsKey: true,
  },
  demo: { model: 'demo', needsKey: false },
};

const openAiLike: ReadonlySet<ModelType> = new Set([
  'openai',
  'openai_compatible',
  'lm_studio',
  'openrouter',
  'deepseek',
]);

export const isOpenAiLike = (type: ModelType): boolean => openAiLike.has(type);
