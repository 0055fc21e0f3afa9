import type { ChunkFacts } from './streaming/chunk.ts';

/** What an answer took so far. */
export interface Tally {
  add(chunk: ChunkFacts): void;
  readonly input: number | null;
  readonly output: number | null;
}

/** Providers count in different chunks: all at the end, or the request at the beginning, or what was added. Their sum is right for each. */
export function tally(): Tally {
  let input: number | null = null;
  let output: number | null = null;
  return {
    add(chunk) {
      if (chunk.inputTokens !== null) input = (input ?? 0) + chunk.inputTokens;
      if (chunk.outputTokens !== null) output = (output ?? 0) + chunk.outputTokens;
    },
    get input() {
      return input;
    },
    get output() {
      return output;
    },
  };
}
