import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
import type { Opening } from './opening.ts';

export function openModel({ config, model, baseUrl, apiKey }: Opening): ChatGoogleGenerativeAI {
  const chat = new ChatGoogleGenerativeAI({
    model,
    apiKey: apiKey ?? '',
    baseUrl,
    maxRetries: 0,
    ...(config.temperature === undefined ? {} : { temperature: config.temperature }),
    ...(config.maxTokens === undefined ? {} : { maxOutputTokens: config.maxTokens }),
  });
  // It is private to LangChain's class.
  keepQuiet(Reflect.get(chat, 'client') as StreamingClient);
  return chat;
}

interface StreamingClient {
  generateContentStream: (...given: never[]) => Promise<{ readonly response: Promise<unknown> }>;
}

/**
 * Google's SDK gives the stream and, beside it, a promise of the whole, which LangChain leaves alone. When a connection breaks or is closed it rejects
 * with nobody listening, and Node would end the process.
 */
function keepQuiet(client: StreamingClient): void {
  const generate = client.generateContentStream.bind(client);
  client.generateContentStream = async (...given) => {
    const result = await generate(...given);
    result.response.catch(() => {});
    return result;
  };
}
