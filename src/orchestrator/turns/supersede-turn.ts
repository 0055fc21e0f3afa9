import type { TurnId } from '../../core/ids.ts';
import type { Turn } from '../../core/turn.ts';
import { change } from '../change.ts';
import type { Installation } from '../installation.ts';

/**
 * Ends a turn because a newer message is to be answered instead: before its first word is out, never after. Closes the connection to the
 * model. Null where it is too late. May be repeated.
 */
export async function supersedeTurn(
  parley: Pick<Installation, 'store' | 'running'>,
  turn: TurnId,
): Promise<Turn | null> {
  const stored = await change(
    parley.store.collection('turns'),
    turn,
    (current): Turn =>
      isUnseen(current) ? { ...current, stop: 'newer', ...(current.state === 'queued' ? dropped : {}) } : current,
  );
  if (stored?.stop !== 'newer') return null;
  parley.running.interrupt(turn, 'stop');
  return stored;
}

const dropped = { state: 'done', outcome: 'dropped' } as const;

const isUnseen = ({ state, stop, parts, round }: Turn): boolean =>
  (state === 'queued' || state === 'running') && stop === null && parts.length === 0 && round === 0;
