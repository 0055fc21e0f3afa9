import type { ModelType } from './model-types.ts';
import type { OpenModel } from './opening.ts';

/** Nothing of LangChain is loaded before the first model of a family is wanted; importing one takes 0.4 to 1.3 seconds. */
const families: Readonly<Record<ModelType, () => Promise<{ readonly openModel: OpenModel }>>> = {
  openai: () => import('./openai.ts'),
  openai_compatible: () => import('./openai-compatible.ts'),
  lm_studio: () => import('./openai-compatible.ts'),
  openrouter: () => import('./openai-compatible.ts'),
  deepseek: () => import('./openai-compatible.ts'),
  ollama: () => import('./ollama.ts'),
  anthropic: () => import('./anthropic.ts'),
  google: () => import('./google.ts'),
  mistral: () => import('./mistral.ts'),
  demo: () => import('./demo/open.ts'),
};

/** Node remembers what it imported: only the first call waits. */
export async function providerOf(type: ModelType): Promise<OpenModel> {
  return (await families[type]()).openModel;
}
