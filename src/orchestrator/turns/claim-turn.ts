import type { Turn } from '../../core/turn.ts';
import type { Installation } from '../installation.ts';

/**
 * Works on a turn that nobody else works on: `work` gets it as claimed, and a signal that breaks the work off. Gives what came of it, or the
 * turn as it stands where somebody was faster.
 */
export async function claimTurn(
  parley: Installation,
  turn: Turn,
  work: (claimed: Turn, signal: AbortSignal) => Promise<Turn>,
): Promise<Turn> {
  // Begun before it is claimed: a stop that is stored before makes the claim fail, one that comes later finds the work and breaks it off.
  const running = parley.running.begin(turn._id);
  try {
    const claimed = await parley.store
      .collection('turns')
      .replace({ ...turn, state: 'running', attempts: turn.attempts + 1, claimedBy: parley.crew.self }, 'process');
    return await (claimed === null ? reload(parley, turn) : work(claimed, running.signal));
  } finally {
    running.end();
  }
}

/** The turn as it is stored now. */
export async function reload({ store }: Pick<Installation, 'store'>, turn: Turn): Promise<Turn> {
  return (await store.collection('turns').get(turn._id)) ?? { ...turn, state: 'done' };
}
