/** How many bytes of text a token takes, about. */
export const bytesPerToken = 3.5;

/**
 * How many tokens a text takes, estimated from its size in UTF-8, rather too high than too low (English has 4 to 5 bytes a token, code and
 * other scripts 2 to 4). A tokenizer would have to be downloaded for each model, and only a bound is needed.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}
