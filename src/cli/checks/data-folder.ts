import { access, constants, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Check, type CheckResult, fine, open, wrong } from './check.ts';

/** What a homeserver and its packages take for a start. */
const enoughMiB = 500;

export const dataFolderCheck: Check = {
  name: 'Data folder',
  async run({ config: { dataDir } }) {
    const info = await stat(dataDir).catch(() => undefined);
    if (info === undefined) return await notThere(dataDir);
    if (!info.isDirectory())
      return wrong(`${dataDir} is not a folder`, 'Move it away, or set PARLEY_DATA to a folder.');
    if (!(await isWritable(dataDir)))
      return wrong(`${dataDir} can't be written`, 'Give yourself the right to write there.');
    if ((info.mode & 0o077) !== 0) {
      return wrong(
        `others on this machine can look into ${dataDir}`,
        `It holds passwords and messages: chmod 700 ${dataDir}`,
      );
    }
    return await withSpace(dataDir);
  },
};

async function notThere(dataDir: string): Promise<CheckResult> {
  const parent = await nearestFolder(dataDir);
  if (await isWritable(parent)) return open(`${dataDir} is not there yet; the first start makes it`);
  return wrong(`${dataDir} is not there and can't be made`, 'Set PARLEY_DATA to a folder where you may write.');
}

async function nearestFolder(path: string): Promise<string> {
  const parent = dirname(path);
  if (parent === path) return path;
  return (await stat(parent).catch(() => undefined)) === undefined ? await nearestFolder(parent) : parent;
}

async function withSpace(dataDir: string): Promise<CheckResult> {
  const { bavail, bsize } = await statfs(dataDir);
  const freeMiB = Math.floor((bavail * bsize) / 1024 ** 2);
  if (freeMiB >= enoughMiB) return fine(dataDir);
  return wrong(`only ${freeMiB} MiB are free in ${dataDir}`, `Make room; ${enoughMiB} MiB are enough for a start.`);
}

function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}
