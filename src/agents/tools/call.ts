import type { ToolCall } from '../../ports/tool.ts';
import type { ChunkFacts } from '../streaming/chunk.ts';

interface Growing {
  readonly id: string;
  readonly index: number | null;
  name: string;
  args: string;
}

/** Of the arguments of all calls in one round. LangChain parses them anew with each piece, in a time that grows with the square. */
const mostCharacters = 32_000;

/** Puts the calls together that a stream brings in pieces. */
export interface CallCollector {
  add(chunk: ChunkFacts): void;
  readonly tooMuch: boolean;
  /** The calls, in their order. `round` names those that a server gave no id. */
  calls(round: number): ToolCall[];
  /** What a provider wants back with its own calls, such as signatures. */
  readonly extras: Record<string, unknown>;
}

export function callCollector(): CallCollector {
  const found: Growing[] = [];
  const extras: Record<string, unknown> = {};
  let characters = 0;

  /** A piece belongs to the call of its index, unless it brings another id; some servers give every call the index 0, others none. */
  function growing({ id, index }: ChunkFacts['calls'][number]): Growing {
    const known = found.findLast(
      call => (id === '' || call.id === id) && (index === null ? true : call.index === index),
    );
    if (known !== undefined) return known;
    const fresh = { id, index, name: '', args: '' };
    found.push(fresh);
    return fresh;
  }

  return {
    add(chunk) {
      for (const piece of chunk.calls) {
        characters += piece.name.length + piece.args.length + 1;
        if (characters > mostCharacters) return;
        const call = growing(piece);
        call.name += piece.name;
        call.args += piece.args;
      }
      for (const [key, value] of chunk.extras) extras[key] = { ...(extras[key] as object | undefined), ...value };
    },
    get tooMuch() {
      return characters > mostCharacters;
    },
    calls: round =>
      found.map(({ id, name, args }, index) => ({
        id: id || `call_${round}_${index}`,
        name,
        input: parsed(args.trim() === '' ? '{}' : args),
      })),
    extras,
  };
}

function parsed(args: string): ToolCall['input'] {
  try {
    const input: unknown = JSON.parse(args);
    return typeof input === 'object' && input !== null && !Array.isArray(input) ? { ...input } : null;
  } catch {
    return null;
  }
}
