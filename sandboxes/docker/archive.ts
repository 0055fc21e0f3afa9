import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { ParleyError } from '../../src/core/errors.ts';
import { anyAnswer, understood } from './answers.ts';
import { type Channel, lost } from './channel.ts';
import { type Frame, mostInFrame } from './inside/frames.ts';

const limitMs = 10 * 60_000;
/** What packs inside sends what it has, which is mostly much more than this; byte by byte it would keep Parley busy. */
const leastInFrame = 512;
const freeFrames = 1_000;

/** Packs what is in a workspace into a file outside. It is packed inside: nothing here reads what hostile programs have made of their folder. */
export async function pack(channel: Channel, file: string, mostBytes: number): Promise<void> {
  const part = `${file}.part`;
  const handle = openSync(part, 'w', 0o600);
  const written = gathered(piece => void writeSync(handle, piece));
  let bytes = 0;
  let frames = 0;
  try {
    const onFrame = (frame: Frame): void => {
      bytes += frame.bytes.length;
      frames += 1;
      if (bytes > mostBytes)
        throw new ParleyError('WORKSPACE_FULL', 'The archive is larger than the workspace may be.');
      if (frames > freeFrames + bytes / leastInFrame) throw lost('its archive came in too many pieces');
      written.add(frame.bytes);
    };
    understood(anyAnswer, await channel.request('/pack', {}, { timeoutMs: limitMs, onFrame }), '.');
    written.end();
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
  await rename(part, file);
}

/** Small pieces are put together before they are written. They are copied: each may keep a larger one in memory. */
function gathered(write: (piece: Buffer) => void): { add(piece: Buffer): void; end(): void } {
  const room = Buffer.alloc(mostInFrame);
  let filled = 0;
  const end = (): void => {
    write(room.subarray(0, filled));
    filled = 0;
  };
  return {
    add(piece) {
      if (filled + piece.length > room.length) end();
      if (piece.length > room.length) return write(piece);
      filled += piece.copy(room, filled);
    },
    end,
  };
}

/** Puts it back, inside as well. */
export async function unpack(channel: Channel, file: string): Promise<void> {
  const answer = await channel.request('/unpack', {}, { timeoutMs: limitMs, body: await readFile(file) });
  understood(anyAnswer, answer, '.');
}
