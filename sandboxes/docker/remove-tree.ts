import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const program = promisify(execFile);

/**
 * Deletes a folder that hostile programs have filled, when none of them runs any more. Links in it are deleted, and not followed. The system's own programs
 * go down by handles: paths may get longer than any that Node can name.
 */
export async function removeTree(place: string): Promise<void> {
  try {
    await program('rm', ['-rf', '--', place]);
  } catch (error) {
    // For root there are no such folders, and a link that stood in the place of one would be followed.
    if (process.getuid?.() === 0) throw error;
    // Folders that nobody may look into: their owner may change that.
    await program('chmod', ['-R', 'u+rwx', '--', place]).catch(() => undefined);
    await program('rm', ['-rf', '--', place]);
  }
}
