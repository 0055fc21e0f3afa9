/** Text up to a limit in bytes of UTF-8. */
export interface Limit {
  /** What of the piece still fits. */
  take(piece: string): string;
  readonly reached: boolean;
}

export function byteLimit(bytes: number): Limit {
  let left = bytes;
  let reached = false;
  return {
    take(piece) {
      const size = Buffer.byteLength(piece);
      if (reached || size > left) {
        const fitting = reached
          ? ''
          : Buffer.from(piece)
              .subarray(0, left)
              .toString()
              .replace(/\uFFFD+$/, '');
        reached = true;
        return fitting;
      }
      left -= size;
      return piece;
    },
    get reached() {
      return reached;
    },
  };
}
