import type { ReplyPiece } from '../ports/agent-runtime.ts';

/** How long the answers of models are, learned while they are given. */
export interface AnswerSizes {
  /** How many tokens the next answer may take: the average and twice what answers differ from it, so that few are longer. */
  expected(model: string): number;
  learn(model: string, tokens: number): void;
}

/** Before anything is known. */
const firstGuess = { average: 600, spread: 200 } as const;
/** The weight of the latest answer. */
const weight = 1 / 8;

export function answerSizes(): AnswerSizes {
  const known = new Map<string, { readonly average: number; readonly spread: number }>();
  return {
    expected(model) {
      const { average, spread } = known.get(model) ?? firstGuess;
      return Math.ceil(average + 2 * spread);
    },
    learn(model, tokens) {
      const { average, spread } = known.get(model) ?? firstGuess;
      const difference = tokens - average;
      known.set(model, {
        average: average + weight * difference,
        spread: spread + weight * (Math.abs(difference) - spread),
      });
    },
  };
}

/** Passes an answer on and learns from what it took. */
export async function* learning(answer: AsyncIterable<ReplyPiece>, sizes: AnswerSizes): AsyncGenerator<ReplyPiece> {
  for await (const piece of answer) {
    if (piece.type === 'usage' && piece.usage.outputTokens !== null)
      sizes.learn(piece.usage.model, piece.usage.outputTokens);
    yield piece;
  }
}
