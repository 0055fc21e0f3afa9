import type { AgentId } from '../ids.ts';
import type { Floor } from './floor.ts';

/** What agents may do unasked: in a hand-over, by themselves, or for somebody else's bot. Who answers a person is never held back. */
export interface TurnLimits {
  /** How many agents may follow a person's message one after the other. */
  readonly maxHops: number;
  /** How many turns agents may have in a room since a person last spoke. */
  readonly maxTurnsWithoutPerson: number;
  /** Of one agent in a room. */
  readonly agentTurnsPerMinute: number;
  /** Of all agents in a room. */
  readonly roomTurnsPerMinute: number;
}

const minute = 60_000;
const mostKept = 100;

const withinAMinute = ({ unasked }: Pick<Floor, 'unasked'>, now: number): Floor['unasked'] =>
  unasked.filter(({ at }) => at > now - minute);

/** Whether the room is to be quiet now. */
export const isQuiet = ({ quietUntil }: Pick<Floor, 'quietUntil'>, now: number): boolean => now < quietUntil;

/** Whether an agent may have a turn that no person asked for. */
export function mayFollow(
  floor: Floor,
  { agent, hop }: { readonly agent: AgentId; readonly hop: number },
  { limits, now }: { readonly limits: TurnLimits; readonly now: number },
): boolean {
  const recent = withinAMinute(floor, now);
  const waiting = [...floor.queue, floor.currentSpeaker].filter(one => one?.kind === 'agent' && !one.direct).length;
  return (
    !isQuiet(floor, now) &&
    hop <= limits.maxHops &&
    floor.turnsSincePerson + waiting < limits.maxTurnsWithoutPerson &&
    recent.length < limits.roomTurnsPerMinute &&
    recent.filter(one => one.agent === agent).length < limits.agentTurnsPerMinute
  );
}

/** Counts a turn that no person asked for. */
export const countUnasked = (floor: Floor, agent: AgentId, now: number): Floor => ({
  ...floor,
  unasked: [...withinAMinute(floor, now), { agent, at: now }].slice(-mostKept),
});

/** A person has spoken: agents may go on among themselves. */
export const personHeard = (floor: Floor): Floor => ({ ...floor, turnsSincePerson: 0, pauseTold: false });
