import type { AIMessageChunk, UsageMetadata } from '@langchain/core/messages';

/** What Parley reads in one chunk of a model's stream. */
export interface ChunkFacts {
  readonly text: string;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** `stop`, `length`, `content_filter`, … in the provider's words; null before the end. */
  readonly finish: string | null;
}

/** Of a chunk's type only what all providers share; its own type depends on which content it declares. */
type Chunk = Pick<AIMessageChunk, 'content' | 'response_metadata'> & {
  readonly usage_metadata?: UsageMetadata | undefined;
};

export function readChunk(chunk: Chunk): ChunkFacts {
  const usage = chunk.usage_metadata;
  return {
    text: textOf(chunk.content),
    inputTokens: usage?.input_tokens ?? null,
    outputTokens: usage?.output_tokens ?? null,
    finish: finishOf(chunk.response_metadata),
  };
}

/** Text parts only: reasoning, tool calls and the like are not for the room. */
function textOf(content: AIMessageChunk['content']): string {
  if (typeof content === 'string') return content;
  return content.map(part => (part.type === 'text' && typeof part.text === 'string' ? part.text : '')).join('');
}

function finishOf(metadata: Record<string, unknown> | undefined): string | null {
  const names = ['finish_reason', 'finishReason', 'stop_reason', 'done_reason'];
  const found = names.map(name => metadata?.[name]).find(value => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found.toLowerCase() : null;
}
