import type { Endpoint } from './endpoint.ts';
import type { ModelType } from './model-types.ts';

/**
 * The models that a provider lists, by the plain `openai` client: all of them answer `GET …/models` in OpenAI's form, so that LangChain
 * adds nothing here. Throws the client's errors.
 */
export async function listModels(type: ModelType, endpoint: Endpoint, signal: AbortSignal): Promise<string[]> {
  const { default: OpenAI } = await import('openai');
  const { baseURL, headers } = listing(type, endpoint);
  const client = new OpenAI({
    baseURL,
    apiKey: endpoint.apiKey ?? 'none',
    organization: null,
    project: null,
    maxRetries: 0,
    defaultHeaders: headers,
  });
  const page = await client.models.list({ signal });
  return page.data.map(model => model.id.replace(/^models\//, ''));
}

interface Listing {
  readonly baseURL: string;
  readonly headers: Record<string, string | null>;
}

function listing(type: ModelType, { baseUrl, apiKey }: Endpoint): Listing {
  switch (type) {
    case 'anthropic':
      return {
        baseURL: `${baseUrl}/v1`,
        headers: { authorization: null, 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' },
      };
    case 'google':
      return { baseURL: `${baseUrl}/v1beta/openai`, headers: {} };
    case 'mistral':
    case 'ollama':
      return { baseURL: `${baseUrl}/v1`, headers: {} };
    default:
      return { baseURL: baseUrl, headers: {} };
  }
}
