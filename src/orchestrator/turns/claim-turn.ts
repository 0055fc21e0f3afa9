import type { TurnId } from '../../core/ids.ts';
import type { Turn } from '../../core/turn.ts';
import type { Installation } from '../installation.ts';
import { topics } from '../topics.ts';

const againMs = 1_000;

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
  } catch (error) {
    letGo(parley, turn._id);
    throw error;
  } finally {
    running.end();
  }
}

/**
 * Work that failed is tried again by whichever process comes to it, and that leaves alone what a process that lives has claimed. So the claim is
 * given back; while the store can't be reached, again and again.
 */
function letGo(parley: Installation, id: TurnId): void {
  const { crew, clock, log } = parley;
  if (!crew.shared) return;
  giveBack(parley, id).catch(error => {
    log.debug({ turn: id, err: error }, 'A turn could not be given back yet.');
    clock.after(againMs, () => letGo(parley, id));
  });
}

async function giveBack(parley: Installation, id: TurnId): Promise<void> {
  const { store, crew, queue } = parley;
  const turns = store.collection('turns');
  const turn = await turns.get(id);
  // Begun again here meanwhile, or another process has it.
  if (turn?.state !== 'running' || turn.claimedBy !== crew.self || parley.running.isHere(id)) return;
  const { claimedBy: _, ...free } = turn;
  if ((await turns.replace(free, 'process')) === null) return giveBack(parley, id);
  queue.wake(topics.turns, id);
}

/** The turn as it is stored now. */
export async function reload({ store }: Pick<Installation, 'store'>, turn: Turn): Promise<Turn> {
  return (await store.collection('turns').get(turn._id)) ?? { ...turn, state: 'done' };
}
