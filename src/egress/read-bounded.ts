/** Reads a stream as far as `maxBytes`, and breaks it off behind them. */
export async function readBounded(
  stream: AsyncIterable<Uint8Array> | null,
  maxBytes: number,
): Promise<{ readonly bytes: Uint8Array; readonly cut: boolean }> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of stream ?? []) {
    const room = maxBytes - length;
    pieces.push(piece.subarray(0, room));
    length += Math.min(piece.length, room);
    if (piece.length > room) return { bytes: Buffer.concat(pieces), cut: true };
  }
  return { bytes: Buffer.concat(pieces), cut: false };
}
