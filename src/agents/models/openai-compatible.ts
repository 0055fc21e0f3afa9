import { ChatOpenAICompletions } from '@langchain/openai';
import { openAiFields } from './openai-fields.ts';
import type { Opening } from './opening.ts';

/** Servers that speak OpenAI's chat completions: vLLM, LM Studio, OpenRouter, DeepSeek and many more. */
export const openModel = (opening: Opening) => new ChatOpenAICompletions(openAiFields(opening));
