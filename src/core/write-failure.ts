import { ParleyError } from './errors.ts';

const full = new Set<unknown>(['ENOSPC', 'EDQUOT', 'EFBIG']);
const unwritable = new Map<unknown, string>([
  ['ENOENT', 'its folder is not there'],
  ['ENOTDIR', 'what is to be its folder is a file'],
  ['EEXIST', 'there is a file of that name'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'this user may not write there'],
  ['EPERM', 'this user may not write there'],
  ['EROFS', 'the disk can only be read'],
  ['ENAMETOOLONG', 'the name is too long'],
]);

/** What went wrong with writing to a place, in words for people: `DISK_FULL` where nothing more fits, `NOT_WRITABLE` where nothing can stand; else as it is. */
export function writeFailure(error: unknown, where: string): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  const cause = { cause: error, retry: true };
  if (full.has(error.code))
    return new ParleyError(
      'DISK_FULL',
      `Nothing more can be written to ${where}: the disk is full. Make room, or name another place, and try again.`,
      cause,
    );
  const why = unwritable.get(error.code);
  if (why === undefined) return error;
  return new ParleyError(
    'NOT_WRITABLE',
    `${where} can't be written: ${why}. Name another place, and try again.`,
    cause,
  );
}
