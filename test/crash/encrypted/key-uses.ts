import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageIndex } from '../../../bridges/matrix/crypto/replays.ts';

/** A message key, and for what it was used. */
export interface KeyUse {
  readonly session: string;
  readonly index: number;
  readonly digest: string;
}

/** Which key encrypted a message; null where nothing is encrypted in it. */
export function useOf({ session_id, ciphertext }: Readonly<Record<string, unknown>>): KeyUse | null {
  if (typeof session_id !== 'string' || typeof ciphertext !== 'string') return null;
  const digest = createHash('sha256').update(ciphertext).digest('base64url');
  return { session: session_id, index: messageIndex(ciphertext), digest };
}

/** Where Parley's are noted, in the folder of the one that is killed. */
export const notesFile = (folder: string): string => join(folder, 'key-uses.jsonl');

/** Where it is noted what Parley sends to devices. */
export const deviceNotesFile = (folder: string): string => join(folder, 'device-messages.jsonl');

/** With which keys Parley has encrypted what it sent. */
export async function readNotes(folder: string): Promise<KeyUse[]> {
  const lines = (await readFile(notesFile(folder), 'utf8')).split('\n');
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as KeyUse);
}
