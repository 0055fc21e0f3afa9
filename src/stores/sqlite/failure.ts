import { ParleyError } from '../../core/errors.ts';

/** SQLite's primary result codes, https://www.sqlite.org/rescode.html */
const codes = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  corrupt: 11,
  full: 13,
  cantOpen: 14,
  tooBig: 18,
  constraint: 19,
  notADatabase: 26,
};

/** The primary result code of an error that SQLite reports, or null for any other error. */
function codeOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return error.errcode & 0xff;
}

export function isFull(error: unknown): boolean {
  const systemCode = error instanceof Error && 'code' in error ? error.code : null;
  return codeOf(error) === codes.full || systemCode === 'ENOSPC';
}

export const isConstraint = (error: unknown): boolean => codeOf(error) === codes.constraint;

/** Whether the error concerns one statement, and the transaction around it goes on. */
export function isOfOneStatement(error: unknown): boolean {
  const code = codeOf(error);
  return code === null || code === codes.constraint || code === codes.tooBig;
}

/** What went wrong with the file, and what to do. Errors that are ours already stay as they are. */
export function storeFailure(error: unknown, path: string): unknown {
  if (error instanceof ParleyError || error instanceof TypeError) return error;
  if (isFull(error)) {
    const message = `The disk of the store ${path} is full, and nothing was written. Free some space, then try again.`;
    return new ParleyError('STORE_FULL', message, { cause: error, retry: true });
  }
  const { message, retry } = explain(error, path);
  return new ParleyError('STORE_FAILED', message, { cause: error, retry });
}

function explain(error: unknown, path: string): { message: string; retry: boolean } {
  const said = error instanceof Error ? error.message : String(error);
  switch (codeOf(error)) {
    case codes.corrupt:
    case codes.notADatabase:
      return {
        message: `The store ${path} is damaged (${said}). Put a backup in its place, or move it away to start with an empty one.`,
        retry: false,
      };
    case codes.busy:
    case codes.locked:
      return { message: `Another program holds the store ${path}. Close it, then try again.`, retry: true };
    case codes.readOnly:
    case codes.cantOpen:
      return {
        message: `The store ${path} can't be opened for writing (${said}). Its folder must be there, and both must belong to this user.`,
        retry: false,
      };
    default:
      return {
        message: `The store ${path} could not be read or written (${said}). Look at the disk, its quota and the file's rights.`,
        retry: true,
      };
  }
}
