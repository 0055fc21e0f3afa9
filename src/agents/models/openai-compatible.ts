import { ChatOpenAICompletions } from '@langchain/openai';
import { openAiFields } from './openai-fields.ts';
import { remembered } from './remembered.ts';

/** Servers that speak OpenAI's chat completions: vLLM, LM Studio, OpenRouter, DeepSeek and many more. */
export const openModel = remembered(opening => new ChatOpenAICompletions(openAiFields(opening)));
