import type { Usage } from '../turn.ts';

/** What something takes: tokens of a request and its answer together, and money in millionths of the configured currency. */
export interface Amount {
  readonly tokens: number;
  readonly money: number;
}

/** What one million tokens cost, in the configured currency. */
export interface Price {
  readonly input: number;
  readonly output: number;
}

export interface TokenCount {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export const nothing: Amount = { tokens: 0, money: 0 };

export const plus = (a: Amount, b: Amount): Amount => ({ tokens: a.tokens + b.tokens, money: a.money + b.money });

export const sumOf = (amounts: readonly Amount[]): Amount => amounts.reduce(plus, nothing);

/** What tokens cost; a model without a price costs nothing. A price for a million is a millionth for each, so the product is the amount. */
export const amountOf = ({ inputTokens, outputTokens }: TokenCount, price: Price | null): Amount => ({
  tokens: inputTokens + outputTokens,
  money: price === null ? 0 : Math.ceil(inputTokens * price.input + outputTokens * price.output),
});

/** What a model tells of its tokens, completed from an estimate where it tells nothing. */
export function countTokens(
  usage: Usage | null,
  estimate: TokenCount,
): TokenCount & { /** How many of them nobody told. */ readonly estimated: number } {
  const inputTokens = usage?.inputTokens ?? estimate.inputTokens;
  const outputTokens = usage?.outputTokens ?? estimate.outputTokens;
  const unknownInput = usage?.inputTokens == null ? inputTokens : 0;
  const unknownOutput = usage?.outputTokens == null ? outputTokens : 0;
  return { inputTokens, outputTokens, estimated: unknownInput + unknownOutput };
}
