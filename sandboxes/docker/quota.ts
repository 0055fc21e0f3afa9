import { ParleyError } from '../../src/core/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { diskUse, isDiskFull } from './disk.ts';

/** How much a workspace has, kept within what it may have. */
export interface Quota {
  /** Rejects with `WORKSPACE_FULL` where there is no room for so much more. */
  makeRoom(bytes: number): Promise<void>;
  /**
   * Looks again and again while a command runs, and tells when there is too much, and more than there was when it began: who has too much may
   * delete some. `held` tells what programs keep on the disk without a name. Gives what ends the looking.
   */
  watch(tooMuch: () => void, held: () => Promise<number>): () => void;
}

const pauseMs = 500;
/** Looking takes this part of the time at the most. */
const share = 10;

export function quota(folder: string, most: number, clock: Clock): Quota {
  // What was seen, and what was written since.
  let known: number | null = null;
  let seen = 0;

  return {
    async makeRoom(bytes) {
      if (known === null || known + bytes > most) known = await diskUse(folder, most);
      if (known + bytes > most || (await isDiskFull(folder)))
        throw new ParleyError(
          'WORKSPACE_FULL',
          `The workspace may have ${most} bytes in it; delete what is not needed.`,
        );
      known += bytes;
    },

    watch(tooMuch, held) {
      let over = false;
      let dismiss = (): void => undefined;
      const look = async (): Promise<void> => {
        const begun = clock.now();
        const [named, unnamed, full] = await Promise.all([diskUse(folder, 2 * most), held(), isDiskFull(folder)]);
        const bytes = named + unnamed;
        if (over) return;
        const grows = bytes > seen || bytes === Number.POSITIVE_INFINITY;
        seen = bytes;
        if (full || (bytes > most && grows)) return tooMuch();
        dismiss = clock.after(Math.max(pauseMs, share * (clock.now() - begun)), () => void look().catch(tooMuch));
      };
      dismiss = clock.after(pauseMs, () => void look().catch(tooMuch));
      return () => {
        over = true;
        known = null;
        dismiss();
      };
    },
  };
}
