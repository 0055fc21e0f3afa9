import { createHash } from 'node:crypto';
import { ParleyError } from '../../core/errors.ts';
import { filePath, mimeTypeOf } from '../../core/tasks/file-path.ts';
import type { MailAttachment } from '../../ports/mail.ts';
import { placeOf, type Working } from '../working.ts';

interface Wanted {
  readonly path: string;
  readonly sha256?: string | undefined;
}

interface Read {
  readonly path: string;
  readonly data: Uint8Array;
  readonly sha256: string;
}

/**
 * The files of a mail as they are now; or why they can't be sent, for the model: one is not there, they are too much together, or a hash is not
 * given or not that of the file any more.
 */
export async function readAttachments(
  working: Working,
  wanted: readonly Wanted[],
  { most, signal }: { readonly most: number; readonly signal: AbortSignal },
): Promise<MailAttachment[] | string> {
  const read: Read[] = [];
  let left = most;
  for (const { path } of wanted) {
    const found = await readOne(working, path, { most: left, signal });
    if (typeof found === 'string') return `Not sent. ${found}`;
    left -= found.data.byteLength;
    read.push(found);
  }
  if (!wanted.every(({ sha256 }, index) => sha256 === read[index]?.sha256)) return needsHashes(wanted, read);
  return read.map(({ path, data }) => ({
    name: path.slice(path.lastIndexOf('/') + 1),
    mimeType: mimeTypeOf(path),
    data,
  }));
}

function needsHashes(wanted: readonly Wanted[], read: readonly Read[]): string {
  const attachments = read.map(({ path, sha256 }) => ({ path, sha256 }));
  const why = wanted.some(({ sha256 }) => sha256 !== undefined)
    ? 'a file is not what its hash says, so nobody has allowed it'
    : 'a person is to allow just these files';
  return `Not sent yet: ${why}. Call it again with: ${JSON.stringify({ attachments })}`;
}

async function readOne(
  { parley, ...rest }: Working,
  given: string,
  { most, signal }: { readonly most: number; readonly signal: AbortSignal },
): Promise<Read | string> {
  const path = filePath(given);
  if (path === null) return `${JSON.stringify(given.slice(0, 100))} is no path in the workspace.`;
  try {
    const data = await parley.workTools.read(placeOf({ parley, ...rest }), { path, maxBytes: most }, signal);
    if (data === null) return `There is no file ${JSON.stringify(path)}.`;
    return { path, data, sha256: createHash('sha256').update(data).digest('hex') };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof ParleyError) || error.code === 'SANDBOX_MISSING') throw error;
    return error.code === 'MESSAGE_TOO_LARGE'
      ? `The files are too large for a mail: ${error.message}`
      : `${JSON.stringify(path)} can’t be read: ${error.message}`;
  }
}
