import type { ModelConfig } from './model-config.ts';
import { isOpenAiLike, knownTypes } from './model-types.ts';

/** Where a model is and how to get in. */
export interface Endpoint {
  readonly baseUrl: string;
  /** Null where there is none, which is fine for a server of one's own. */
  readonly apiKey: string | null;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A key from the environment goes only to the provider that the variable names, at its own address. */
export function endpointOf(config: ModelConfig, env: Environment): Endpoint {
  const known = knownTypes[config.type];
  const baseUrl = config.baseUrl === undefined ? (known.baseUrl ?? '') : withVersion(config);
  const atHome = known.baseUrl !== undefined && sameHost(baseUrl, known.baseUrl);
  const ofEnvironment = atHome && known.keyVariable !== undefined ? env[known.keyVariable] : undefined;
  return { baseUrl, apiKey: config.apiKey ?? (ofEnvironment || null) };
}

/** `api.openai.com`, for people: no credentials, no path. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'an unreadable address';
}

/** People write `http://localhost:1234`; servers that speak OpenAI's protocol have it under `/v1`. */
function withVersion(config: ModelConfig): string {
  const url = (config.baseUrl ?? '').replace(/\/+$/, '');
  return isOpenAiLike(config.type) && URL.parse(url)?.pathname === '/' ? `${url}/v1` : url;
}

function sameHost(one: string, other: string): boolean {
  return URL.parse(one)?.host === URL.parse(other)?.host;
}
