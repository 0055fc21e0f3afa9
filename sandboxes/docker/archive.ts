import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { readFile, rename } from 'node:fs/promises';
import { ParleyError } from '../../src/core/errors.ts';
import { anyAnswer, understood } from './answers.ts';
import type { Channel } from './channel.ts';

const limitMs = 10 * 60_000;

/** Packs what is in a workspace into a file outside. It is packed inside: nothing here reads what hostile programs have made of their folder. */
export async function pack(channel: Channel, file: string, mostBytes: number): Promise<void> {
  const part = `${file}.part`;
  const handle = openSync(part, 'w', 0o600);
  let bytes = 0;
  try {
    const onFrame = (frame: { readonly bytes: Buffer }): void => {
      bytes += frame.bytes.length;
      if (bytes > mostBytes)
        throw new ParleyError('WORKSPACE_FULL', 'The archive is larger than the workspace may be.');
      writeSync(handle, frame.bytes);
    };
    understood(anyAnswer, await channel.request('/pack', {}, { timeoutMs: limitMs, onFrame }), '.');
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
  await rename(part, file);
}

/** Puts it back, inside as well. */
export async function unpack(channel: Channel, file: string): Promise<void> {
  const answer = await channel.request('/unpack', {}, { timeoutMs: limitMs, body: await readFile(file) });
  understood(anyAnswer, answer, '.');
}
