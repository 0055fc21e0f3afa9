import type { MemberId } from '../ids.ts';
import type { Floor } from './floor.ts';

/** More than a person types, also one who leads a lively room. */
export const mostCommandsAMinute = 30;
const minute = 60_000;
const mostKept = 500;

interface Counted {
  readonly floor: Floor;
  /** `tell`: the first that is too much. `ignore`: what follows within the minute. */
  readonly verdict: 'run' | 'tell' | 'ignore';
}

/** Counts a command of somebody in this room, so that nobody fills it with answers of ours. */
export function countCommand(floor: Floor, by: MemberId, now: number): Counted {
  const recent = floor.commands.filter(({ at }) => at > now - minute);
  const own = recent.filter(command => command.by === by).length;
  if (own > mostCommandsAMinute) return { floor, verdict: 'ignore' };
  const commands = [...recent, { by, at: now }].slice(-mostKept);
  return { floor: { ...floor, commands }, verdict: own < mostCommandsAMinute ? 'run' : 'tell' };
}
