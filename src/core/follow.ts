import type { Draft } from './document.ts';
import type { Floor } from './floor/floor.ts';
import { countUnasked, mayFollow, type TurnLimits } from './floor/limits.ts';
import { enqueue } from './floor/queue.ts';
import { type Decision, speakerOf } from './take-turns.ts';
import type { Turn } from './turn.ts';

/** What bounds the turns that no person asked for. */
export interface Bounds {
  readonly limits: TurnLimits;
  readonly now: number;
}

/** A turn that no person asked for, if the limits let it be. */
export function follow(turn: Draft<Turn>, floor: Floor, bounds: Bounds): Decision {
  if (!mayFollow(floor, turn, bounds)) return { floor, turns: [] };
  const counted = countUnasked(floor, turn.agent, bounds.now);
  return { floor: enqueue(counted, [speakerOf(turn, bounds.now, false)]), turns: [turn] };
}
