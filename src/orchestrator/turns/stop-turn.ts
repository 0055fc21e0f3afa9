import type { TurnId } from '../../core/ids.ts';
import type { Turn } from '../../core/turn.ts';
import { change } from '../change.ts';
import type { Installation } from '../installation.ts';

/** Asks a turn to end. It is stored before the work is broken off, so that a restart doesn't take the work up again. */
export async function stopTurn(
  parley: Pick<Installation, 'store' | 'running'>,
  turn: TurnId,
  why: NonNullable<Turn['stop']>,
): Promise<void> {
  const asked = await change(parley.store.collection('turns'), turn, stored =>
    stored.state === 'done' || stored.stop !== null ? stored : { ...stored, stop: why },
  );
  if (asked?.stop) parley.running.interrupt(turn, 'stop');
}

/** Ends turns that never began. */
export async function dropTurns(
  parley: Pick<Installation, 'store'>,
  turns: readonly TurnId[],
  outcome: 'stopped' | 'dropped',
): Promise<void> {
  const collection = parley.store.collection('turns');
  await Promise.all(
    turns.map(turn =>
      change(collection, turn, stored =>
        stored.state === 'done' ? stored : { ...stored, state: 'done' as const, outcome },
      ),
    ),
  );
}
