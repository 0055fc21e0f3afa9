import { type Refusal, Refused } from './requests.ts';

const byCode: Readonly<Record<string, readonly [Refusal, string]>> = {
  ENOENT: ['no-file', 'is not there'],
  ENOTDIR: ['no-file', 'is a file and no folder, or is in one'],
  EEXIST: ['no-file', 'is there already, as something else'],
  EISDIR: ['no-file', 'is a folder and no file'],
  ENOTEMPTY: ['no-file', 'is a folder already'],
  EINVAL: ['no-file', 'can not be there'],
  ELOOP: ['no-file', 'is a link that leads nowhere'],
  ENXIO: ['no-file', 'is no file'],
  ENAMETOOLONG: ['no-file', 'has a name that is too long'],
  EACCES: ['no-file', 'may not be touched'],
  EPERM: ['no-file', 'may not be touched'],
  EROFS: ['no-file', 'may not be changed'],
  ENOSPC: ['full', 'the disk is full'],
  EDQUOT: ['full', 'the disk is full'],
  EFBIG: ['full', 'the file is too large'],
};

/** What is answered where something could not be done. */
export function refusal(error: unknown): { readonly refused: Refusal; readonly why: string } {
  if (error instanceof Refused) return { refused: error.refusal, why: error.message };
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  const [refused, why] = byCode[code] ?? ['failed', String(error).slice(0, 200)];
  return { refused, why };
}
