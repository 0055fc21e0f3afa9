import type { MemberId } from '../ids.ts';
import type { Floor, Overheard } from './floor.ts';
import { isAlike } from './sketch.ts';

/** Nobody reads a message and answers it in so short a time, again and again. */
const quickMs = 1_500;
/** Who writes so long after any agent is no machine that waits for agents. */
const longMs = 60_000;
/** How much each kind of behaviour counts, and from what sum on somebody is a bot. */
const strikes = { echo: 5, quickToOthers: 2, quickInOwnTalk: 1, slow: -3 } as const;
const doubtfulFrom = 4;
/** From this sum of all who are neither trusted nor found out on, several programs may be at it, and every hasty newcomer is doubted. */
const roomDoubtfulFrom = 6;
/** Who has taken their time before is trusted: it takes more until they are doubted. */
const mostTrust = -9;
const botFrom = 20;
const mostSuspects = 50;
/** Nobody answers agents so often in a row without once taking longer than this. */
const restMs = 20_000;
const tirelessFrom = 120;

type Known = Pick<Floor, 'overheard' | 'lastByAgent' | 'suspects' | 'streaks'>;

/** Whether a member is counted as a bot here, by what they did. */
export const isSuspected = ({ suspects }: Pick<Floor, 'suspects'>, member: MemberId): boolean =>
  (suspects[member] ?? 0) >= botFrom;

/** Both by our clock and by the servers': what comes all at once after an outage was not said all at once. */
const isWithin = (one: Overheard, later: Overheard, ms: number): boolean =>
  Math.abs(later.at - one.at) <= ms && Math.abs(later.sentAt - one.sentAt) <= ms;

/** Whether a message repeats at once, nearly word for word, what somebody else has just said. */
export const isEcho = ({ overheard }: Known, said: Overheard): boolean =>
  overheard.some(
    other => other.from !== said.from && isWithin(other, said, quickMs) && isAlike(other.sketch, said.sketch),
  );

const isQuick = ({ lastByAgent }: Known, said: Overheard): boolean =>
  lastByAgent !== null && isWithin(lastByAgent, said, quickMs);

/**
 * Whether nobody can have read what was said last and written this, and it goes on no talk of their own. Most often it is by a person who
 * wrote just then.
 */
export const isHasty = (known: Known, said: Overheard): boolean =>
  isQuick(known, said) && known.lastByAgent?.person !== said.from;

/**
 * Whether it may as well be by a machine that answers everything: the third hasty message in a row, or one of many of several members. Who has
 * taken their time in this room before is not doubted for what others do.
 */
export function isDoubtful(known: Known, said: Overheard): boolean {
  const own = known.suspects[said.from] ?? 0;
  return isHasty(known, said) && (own >= doubtfulFrom || (own >= 0 && inAll(known) >= roomDoubtfulFrom));
}

const inAll = ({ suspects }: Known): number =>
  Object.values(suspects)
    .filter(one => one > 0 && one < botFrom)
    .reduce((sum, one) => sum + Math.min(one, doubtfulFrom), 0);

/**
 * What a message of somebody who is not one of our agents says about them. Who again and again answers agents at once, or repeats at once
 * what was said, or goes on with agents without ever resting, is counted as a bot in this room from then on; a message long after any agent's
 * makes them a person again.
 */
export function suspect<F extends Known>(floor: F, said: Overheard): F {
  const streak = streakAfter(floor, said);
  const sum = streak >= tirelessFrom ? botFrom : sumAfter(floor.suspects[said.from] ?? 0, floor, said);
  const after = Math.max(mostTrust, Math.min(botFrom, sum));
  return {
    ...floor,
    suspects: noted(floor.suspects, said.from, after),
    streaks: noted(floor.streaks ?? {}, said.from, streak),
  };
}

/** How often they went on soon after an agent's answer to them, without a rest between; what they say behind others' talk tells nothing. */
function streakAfter({ lastByAgent, streaks = {} }: Known, said: Overheard): number {
  const before = streaks[said.from] ?? 0;
  if (lastByAgent === null || said.at - lastByAgent.at >= restMs) return 0;
  return lastByAgent.person === said.from ? before + 1 : before;
}

/** Bounded; who says nothing about themselves for long is forgotten first. */
function noted(all: Readonly<Record<MemberId, number>>, member: MemberId, value: number): Record<MemberId, number> {
  const others = Object.entries(all).filter(([other]) => other !== member);
  const own: [string, number][] = value === 0 ? [] : [[member, value]];
  return Object.fromEntries([...others.slice(1 - mostSuspects), ...own]);
}

function sumAfter(before: number, known: Known, said: Overheard): number {
  if (isEcho(known, said)) return before + strikes.echo;
  if (isQuick(known, said)) return before + (isHasty(known, said) ? strikes.quickToOthers : strikes.quickInOwnTalk);
  const recently = known.lastByAgent !== null && said.at - known.lastByAgent.at < longMs;
  if (!recently) return Math.min(0, before) + strikes.slow;
  return before >= botFrom ? before : before + strikes.slow;
}
