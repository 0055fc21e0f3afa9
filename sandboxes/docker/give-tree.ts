import { lchown, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Owner } from './user-mapping.ts';

/**
 * Gives a folder, and all that hostile programs have put there, to another user, when none of them runs any more. Links in it are given, and not followed. The
 * folder itself comes last: what is cut off in the middle begins again.
 */
export async function giveTree(place: string, owner: Owner): Promise<void> {
  for (const entry of await readdir(place, { withFileTypes: true })) {
    const inside = join(place, entry.name);
    await (entry.isDirectory() ? giveTree(inside, owner) : lchown(inside, owner.uid, owner.gid));
  }
  await lchown(place, owner.uid, owner.gid);
}
