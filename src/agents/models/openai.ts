import { ChatOpenAI } from '@langchain/openai';
import { openAiFields } from './openai-fields.ts';
import { remembered } from './remembered.ts';

/** OpenAI itself. LangChain uses the Responses API for the models that have no other. */
export const openModel = remembered(opening => new ChatOpenAI(openAiFields(opening)));
