import { chmod, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Deletes a folder that hostile programs have filled, when none of them runs any more. Links in it are deleted, and not followed. */
export async function removeTree(place: string): Promise<void> {
  try {
    await rm(place, { recursive: true, force: true });
  } catch {
    // Folders that nobody may look into: their owner may change that.
    await openUp(place);
    await rm(place, { recursive: true, force: true });
  }
}

async function openUp(place: string): Promise<void> {
  await chmod(place, 0o700);
  for (const entry of await readdir(place, { withFileTypes: true }))
    if (entry.isDirectory()) await openUp(join(place, entry.name));
}
