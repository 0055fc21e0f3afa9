import type { Turn } from '../../core/turn.ts';
import { change } from '../change.ts';
import type { Installation } from '../installation.ts';

/** Ends a turn of which nothing is said. */
export async function endThought(parley: Pick<Installation, 'store'>, turn: Turn, ended: Partial<Turn>): Promise<Turn> {
  const stored = await change(
    parley.store.collection('turns'),
    turn._id,
    (current): Turn => (current.state === 'done' ? current : { ...current, ...ended, state: 'done' }),
  );
  return stored ?? { ...turn, state: 'done' };
}
