import { ParleyError } from './errors.ts';

const full = new Set<unknown>(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** What went wrong with writing to a place: `DISK_FULL` where nothing more fits, in words for people; anything else as it is. */
export function writeFailure(error: unknown, where: string): unknown {
  if (!(error instanceof Error && 'code' in error && full.has(error.code))) return error;
  return new ParleyError(
    'DISK_FULL',
    `Nothing more can be written to ${where}: the disk is full. Make room, or name another place, and try again.`,
    {
      cause: error,
      retry: true,
    },
  );
}
