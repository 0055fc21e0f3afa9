import { lentTurnId, type TurnId } from '../../core/ids.ts';
import { mostQuestions, type Turn } from '../../core/turn.ts';
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
  if (!asked?.stop) return;
  parley.running.interrupt(turn, 'stop');
  await stopLent(parley, turn, why);
}

/** Nobody waits any more for the colleagues that it asked. They are in the room, and have their time. */
async function stopLent(
  parley: Pick<Installation, 'store' | 'running'>,
  turn: TurnId,
  why: Turn['stop'],
): Promise<void> {
  const ids = Array.from({ length: mostQuestions }, (_, index) => lentTurnId(turn, index + 1));
  const lent = await parley.store.collection('turns').getMany(ids);
  for (const { _id, state } of lent) {
    if (state !== 'done') await stopTurn(parley, _id, why === 'redacted' ? why : 'person');
  }
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
