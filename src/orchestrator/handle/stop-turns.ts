import { withdraw } from '../../core/floor/queue.ts';
import type { Decision } from '../../core/take-turns.ts';
import type { Turn } from '../../core/turn.ts';
import { dropTurns, stopTurn } from '../turns/stop-turn.ts';
import type { Scene } from './handling.ts';

/** Ends these turns, whether they wait or speak. */
export async function stopTurns(turns: readonly Turn[], { parley, floor }: Scene): Promise<Decision> {
  const ids = new Set(turns.map(turn => turn._id));
  const left = withdraw(floor, speaker => ids.has(speaker.turn));
  await dropTurns(
    parley,
    left.withdrawn.map(speaker => speaker.turn),
    'stopped',
  );
  for (const turn of turns) await stopTurn(parley, turn._id, 'person');
  return { floor: left.floor, turns: [] };
}
