import { type MatrixEvent, record } from '../e2e/driver/room-view.ts';
import { holders } from './plays/council.ts';
import type { Fault, FaultKind } from './verify.ts';

/** A time in which Parley or the homeserver was away. */
export interface Away {
  readonly from: number;
  readonly to: number;
}

export interface CouncilToCheck {
  readonly id: string;
  readonly events: readonly Pick<MatrixEvent, 'type' | 'content' | 'origin_server_ts'>[];
  /** The user id whose level is above all others'. */
  readonly parley: string;
  readonly away: readonly Away[];
  readonly slotMs: number;
  /** How often each person has asked for the floor, by user id. */
  readonly hands: ReadonlyMap<string, number>;
}

interface Hold {
  readonly who: string;
  readonly from: number;
  readonly to: number;
}

/** How long a crash may keep the room from being put right. */
const graceMs = 10_000;

/** Everything that is wrong with who could speak in a moderated room, told by its levels over time. */
export function verifyCouncil(council: CouncilToCheck): Fault[] {
  const fault = (kind: FaultKind, what: string): Fault => ({ kind, room: council.id, what });
  const levels = levelsOf(council);
  const crowds = levels.filter(({ content }) => holders(content).length > 1);
  const locked = levels.filter(({ content }) => record(content.users)?.[council.parley] !== 100);
  const open = levels.filter(({ content }) => content.events_default !== 10);
  const holds = holdsIn(levels);
  const last = levels.at(-1);
  return [
    ...(levels.length === 0 ? [fault('not put right', 'was never moderated')] : []),
    ...crowds.map(({ content }) => fault('out of turn', `${holders(content).join(' and ')} had the floor at once`)),
    ...locked.map(({ content }) => fault('locked out', JSON.stringify(content.users))),
    ...open.map(({ content }) =>
      fault('not put right', `everybody with ${String(content.events_default)} could speak`),
    ),
    ...holds
      .filter(hold => isTooLong(hold, council))
      .map(({ who, from, to }) => fault('floor stuck', `${who} had it for ${to - from} ms`)),
    ...grantedTwice(council, holds).map(what => fault('doubled', what)),
    ...(last === undefined || holders(last.content).length === 0
      ? []
      : [fault('left over', `${holders(last.content).join()} can still speak`)]),
  ];
}

/** From the moment on at which it is moderated. */
function levelsOf({ events }: CouncilToCheck): readonly CouncilToCheck['events'][number][] {
  const levels = events.filter(({ type }) => type === 'm.room.power_levels');
  const begun = levels.findIndex(({ content }) => content.events_default === 10);
  return begun < 0 ? [] : levels.slice(begun);
}

function holdsIn(levels: CouncilToCheck['events']): Hold[] {
  const holds: Hold[] = [];
  const since = new Map<string, number>();
  for (const { content, origin_server_ts: at } of levels) {
    const now = holders(content);
    for (const [who, from] of since) {
      if (now.includes(who)) continue;
      holds.push({ who, from, to: at });
      since.delete(who);
    }
    for (const who of now) if (!since.has(who)) since.set(who, at);
  }
  return holds;
}

/** A crash may give who speaks a slot anew; from its end on nobody has the floor for longer than a slot and the grace. */
function isTooLong({ from, to }: Hold, { away, slotMs }: CouncilToCheck): boolean {
  const backAt = away.filter(gap => gap.from < to && gap.to > from).map(gap => Math.min(to, gap.to));
  return to - Math.max(from, ...backAt) > slotMs + graceMs;
}

/** Each ✋ gives the floor once at most. */
function grantedTwice({ hands }: CouncilToCheck, holds: readonly Hold[]): string[] {
  const people = new Set(holds.map(({ who }) => who).filter(who => !who.startsWith('@agent-')));
  return [...people].flatMap(who => {
    const [granted, asked] = [holds.filter(hold => hold.who === who).length, hands.get(who) ?? 0];
    return granted > asked ? [`${who} asked for the floor ${asked} times and got it ${granted} times`] : [];
  });
}
