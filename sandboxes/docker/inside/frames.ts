/**
 * What an answer consists of, on its way out of a container: frames of one byte that says what it is, four that say how long, and that many. This
 * file is used at both ends, and what it reads comes from a place that is not to be trusted.
 */
export const kinds = { stdout: 1, stderr: 2, stdoutEnd: 3, stderrEnd: 4, content: 5, answer: 9 } as const;

export interface Frame {
  readonly kind: number;
  readonly bytes: Buffer;
}

const headBytes = 5;
export const mostInFrame = 64 * 1024;

export function frame(kind: number, bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(kind, 0);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** Cuts a stream of bytes into frames. Throws at one that is longer than `most`. */
export function frameReader(most: number): (piece: Buffer) => Frame[] {
  let rest: Buffer[] = [];
  let restBytes = 0;
  let wanted = headBytes;

  return piece => {
    rest.push(piece);
    restBytes += piece.length;
    if (restBytes < wanted) return [];
    let all = rest.length === 1 ? piece : Buffer.concat(rest);
    const frames: Frame[] = [];
    wanted = headBytes;
    while (all.length >= headBytes) {
      const length = all.readUInt32BE(1);
      if (length > most) throw new Error(`a frame of ${length} bytes`);
      wanted = headBytes + length;
      if (all.length < wanted) break;
      frames.push({ kind: all.readUInt8(0), bytes: all.subarray(headBytes, wanted) });
      all = all.subarray(wanted);
      wanted = headBytes;
    }
    rest = [all];
    restBytes = all.length;
    return frames;
  };
}
