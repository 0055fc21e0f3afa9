import type { TurnId } from '../../core/ids.ts';
import type { Turn } from '../../core/turn.ts';
import type { Installation } from '../installation.ts';

/** How long an end that nobody told of may go unnoticed: the turn ended in another process, or without being run. */
const lookEveryMs = 2_000;

/** Waits until a turn has ended. Gives it as it is then; null where that is not before `until`, or where too many wait. Throws the signal's reason. */
export async function awaitTurn(
  parley: Pick<Installation, 'store' | 'clock' | 'turnEnds'>,
  id: TurnId,
  { until, signal }: { readonly until: number; readonly signal: AbortSignal },
): Promise<Turn | null> {
  for (;;) {
    signal.throwIfAborted();
    const bell = Promise.withResolvers<void>();
    const ring = (): void => bell.resolve();
    const unlisten = parley.turnEnds.wait(id, ring);
    if (unlisten === null) return null;
    const cancel = parley.clock.after(Math.min(lookEveryMs, Math.max(0, until - parley.clock.now())), ring);
    signal.addEventListener('abort', ring);
    try {
      const turn = await parley.store.collection('turns').get(id);
      if (turn?.state === 'done') return turn;
      if (turn === null || parley.clock.now() >= until) return null;
      await bell.promise;
    } finally {
      signal.removeEventListener('abort', ring);
      cancel();
      unlisten();
    }
  }
}
