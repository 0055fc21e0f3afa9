/** A model that Ollama has installed. */
export interface InstalledModel {
  readonly name: string;
  readonly images: boolean;
}

const noChat = /embed|minilm|bge-|rerank|(^|\/)e5-|whisper|guard/i;
const seesImages = /llava|vision|-vl|vl:|gemma3|moondream|minicpm-v|pixtral/i;

/** The chat models in an answer of `/api/tags`, the last installed first. Anything unexpected counts as none. */
export function chatModelsIn(answer: unknown): InstalledModel[] {
  const models = (answer as { models?: unknown } | null)?.models;
  if (!Array.isArray(models)) return [];
  return models
    .filter(isTag)
    .filter(tag => !noChat.test(tag.name) && !familiesOf(tag).some(family => family.includes('bert')))
    .toSorted((a, b) => (b.modified_at ?? '').localeCompare(a.modified_at ?? ''))
    .map(tag => ({ name: tag.name, images: seesImages.test(tag.name) || familiesOf(tag).includes('clip') }));
}

/** Asks an Ollama that may not be there. Null when nothing answers in time. */
export async function findOllama(baseUrl: string, limitMs = 300): Promise<InstalledModel[] | null> {
  try {
    const response = await fetch(`${baseUrl}/api/tags`, { signal: AbortSignal.timeout(limitMs) });
    return response.ok ? chatModelsIn(await response.json()) : null;
  } catch {
    return null;
  }
}

interface Tag {
  readonly name: string;
  readonly modified_at?: string;
  readonly details?: { readonly families?: unknown };
}

const isTag = (tag: unknown): tag is Tag =>
  typeof tag === 'object' && tag !== null && 'name' in tag && typeof tag.name === 'string';

function familiesOf(tag: Tag): string[] {
  const families = tag.details?.families;
  return Array.isArray(families) ? families.filter(family => typeof family === 'string') : [];
}
