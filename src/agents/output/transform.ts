/** Something that a stream of text passes through. What cannot be decided yet is held back until the next piece, or the end. */
export interface Transform {
  push(piece: string): string;
  end(): string;
}

/** One after the other. */
export function pipeline(...transforms: readonly Transform[]): Transform {
  return {
    push: piece => transforms.reduce((text, transform) => transform.push(text), piece),
    end: () => transforms.reduce((text, transform) => transform.push(text) + transform.end(), ''),
  };
}

/** White space that is held back at most; behind more of it nothing is looked for. */
export const mostSpace = 64;

/** Whether `text` may become one of `words` when more of it comes. */
export function mayBecome(text: string, words: readonly string[]): boolean {
  return words.some(word => word.startsWith(text));
}
