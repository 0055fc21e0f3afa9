import { ChatOpenAI } from '@langchain/openai';
import { openAiFields } from './openai-fields.ts';
import type { Opening } from './opening.ts';

/** OpenAI itself. LangChain uses the Responses API for the models that have no other. */
export const openModel = (opening: Opening) => new ChatOpenAI(openAiFields(opening));
