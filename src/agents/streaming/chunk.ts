import type { AIMessageChunk, UsageMetadata } from '@langchain/core/messages';

/** What Parley reads in one chunk of a model's stream. */
export interface ChunkFacts {
  readonly text: string;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** `stop`, `length`, `content_filter`, … in the provider's words; null before the end. */
  readonly finish: string | null;
  /** Pieces of calls of tools. */
  readonly calls: readonly CallPiece[];
  /** Objects that a provider wants back with its own calls, by name. */
  readonly extras: readonly (readonly [string, object])[];
}

interface CallPiece {
  /** Empty where the piece does not say. */
  readonly id: string;
  readonly index: number | null;
  readonly name: string;
  readonly args: string;
}

/** Of a chunk's type only what all providers share; its own type depends on which content it declares. */
type Chunk = Pick<AIMessageChunk, 'content' | 'response_metadata'> & {
  readonly usage_metadata?: UsageMetadata | undefined;
  readonly tool_call_chunks?: AIMessageChunk['tool_call_chunks'];
  readonly additional_kwargs?: Readonly<Record<string, unknown>>;
};

export function readChunk(chunk: Chunk): ChunkFacts {
  const usage = chunk.usage_metadata;
  return {
    text: textOf(chunk.content),
    inputTokens: usage?.input_tokens ?? null,
    outputTokens: usage?.output_tokens ?? null,
    finish: finishOf(chunk.response_metadata),
    calls: (chunk.tool_call_chunks ?? []).map(({ id, index, name, args }) => ({
      id: id ?? '',
      index: index ?? null,
      name: name ?? '',
      args: args ?? '',
    })),
    extras: extrasOf(chunk.additional_kwargs),
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

function extrasOf(given: Chunk['additional_kwargs'] = {}): [string, object][] {
  const { tool_calls: _, function_call: __, ...others } = given;
  return Object.entries(others).filter(
    (entry): entry is [string, object] => typeof entry[1] === 'object' && entry[1] !== null && !Array.isArray(entry[1]),
  );
}
