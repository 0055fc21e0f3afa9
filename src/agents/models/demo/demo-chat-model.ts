import { setTimeout as sleep } from 'node:timers/promises';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import {
  AIMessage,
  AIMessageChunk,
  type BaseMessage,
  type StandardMessageStructure,
  type UsageMetadata,
} from '@langchain/core/messages';
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs';
import { estimateTokens } from '../../../core/tokens.ts';
import { demoAnswer } from './demo-answer.ts';
import { readScene } from './scene.ts';

/**
 * A chat model that is none: it answers by rules, offline, and always the same. All that it knows it reads from the messages, as any
 * other model does. Inheritance, because LangChain's interface for models is a class.
 */
export class DemoChatModel extends BaseChatModel {
  readonly wordDelayMs: number;

  constructor({ wordDelayMs = 0 }: { readonly wordDelayMs?: number } = {}) {
    super({ maxRetries: 0 });
    this.wordDelayMs = wordDelayMs;
  }

  override _llmType(): string {
    return 'parley-demo';
  }

  override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    const text = answerTo(messages);
    return { generations: [{ text, message: new AIMessage(text) }] };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
  ): AsyncGenerator<ChatGenerationChunk> {
    const text = answerTo(messages);
    for (const word of text.match(/\s*\S+|\s+$/g) ?? []) {
      options.signal?.throwIfAborted();
      yield chunk(word);
      if (this.wordDelayMs > 0) await sleep(this.wordDelayMs, undefined, { signal: options.signal });
    }
    const input = estimateTokens(messages.map(message => message.text).join('\n'));
    const output = estimateTokens(text);
    yield chunk('', { input_tokens: input, output_tokens: output, total_tokens: input + output });
  }
}

function answerTo(messages: readonly BaseMessage[]): string {
  return demoAnswer(readScene(messages.map(({ type, text }) => ({ role: type, text }))));
}

function chunk(text: string, usage?: UsageMetadata): ChatGenerationChunk {
  const given = usage === undefined ? {} : { usage_metadata: usage };
  const message = new AIMessageChunk<StandardMessageStructure>({ content: text, ...given });
  return new ChatGenerationChunk({ text, message });
}
