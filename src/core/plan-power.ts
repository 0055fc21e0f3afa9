import type { AgentId, MemberId } from './ids.ts';
import {
  levelOf,
  levelSetting,
  type MessageKind,
  type PowerChange,
  type PowerSetting,
  type PowerSettings,
  powerEntries,
  type RoomPower,
  settingIn,
  withSettings,
} from './power.ts';

/** What we have set, and what stood there before. The same in both: it is somebody else's, and left alone. */
export type GivenPower = Readonly<
  Partial<Record<PowerSetting, { readonly before: number | null; readonly given: number | null }>>
>;

/** What Parley has done to the levels of a room, so that it can take it back. Stored before it is done. */
export interface Enforcement {
  /** When it began, in milliseconds since 1970. */
  readonly since: number;
  readonly given: GivenPower;
  /** False: it is not known whether the room stands at what was given, or still at what was before. */
  readonly settled: boolean;
  /** The change that was made last, when, and by whom; left out by an earlier Parley. */
  readonly last: { readonly change: PowerChange; readonly at: number; readonly by?: AgentId } | null;
  /** What was to be so when the room was last looked at, as `PowerWish` words it; null: look again. */
  readonly madeFor: string | null;
  /** The level that Parley needs and has not got, or null. */
  readonly lacks: number | null;
}

export interface PowerPlan {
  readonly change: PowerChange | null;
  /** What will be ours in the room when the change is made. */
  readonly given: GivenPower;
  /** What may be ours while it is not known whether the change is made. */
  readonly pending: GivenPower;
}

/** Whether a room is moderated, and who may speak there besides its moderators. */
export interface PowerWish {
  readonly moderated: boolean;
  readonly speakers: readonly MemberId[];
}

/** Tells two wishes apart. */
export const wishKey = ({ moderated, speakers }: PowerWish): string => (moderated ? speakers.join(' ') : 'off');

type Known = Pick<Enforcement, 'given' | 'settled'>;

/** The level that whoever has the floor gets, unless the room needs another. */
const usualLevel = 10;
/** A change that is gone within this time was overwritten by somebody who had not seen it yet. */
export const staleMs = 5_000;
const spoken: readonly MessageKind[] = ['text', 'sealed', 'sticker', 'poll'];
const free: readonly MessageKind[] = ['reaction', 'retraction'];

/**
 * What to change so that in a moderated room only `speakers` can speak, and in any other room nothing of ours stands. What somebody else has
 * changed since we set it stays theirs: such a room, or member, is left alone until moderation begins anew, or they get the floor again.
 */
export function planPower(
  power: RoomPower,
  enforcement: Pick<Enforcement, 'given' | 'settled' | 'last'>,
  want: PowerWish & { readonly now: number },
): PowerPlan {
  const known = withUndone(power, enforcement, want.now);
  const theirs = withoutOurs(power, known.given);
  const given = want.moderated ? givenPower({ power, theirs, known }, want.speakers) : {};
  const touched = [...powerEntries(known.given), ...powerEntries(given)].map(([setting]) => setting);
  const wanted = touched.map(setting => [setting, (given[setting] ?? { given: settingIn(theirs, setting) }).given]);
  return { change: diffPower(power, Object.fromEntries(wanted)), given, pending: { ...known.given, ...given } };
}

/** Who writes at the same moment without knowing of our last change puts back what stood before it: that is nobody's wish. */
function withUndone(
  power: RoomPower,
  { given, settled, last }: Pick<Enforcement, 'given' | 'settled' | 'last'>,
  now: number,
): Known {
  if (last === null || now - last.at > staleMs) return { given, settled };
  const undone = powerEntries(last.change).filter(([setting, { from }]) => settingIn(power, setting) === from);
  if (undone.length === 0) return { given, settled };
  const taken = undone.filter(([setting]) => given[setting] === undefined);
  const ours = taken.map(([setting, { from, to }]) => [setting, { before: to, given: from }]);
  return { given: { ...Object.fromEntries(ours), ...given }, settled: false };
}

/** The room as it would be without us: what others have set since stays. */
function withoutOurs(power: RoomPower, given: GivenPower): RoomPower {
  const ours = powerEntries(given).filter(([setting, entry]) => settingIn(power, setting) === entry.given);
  return withSettings(power, Object.fromEntries(ours.map(([setting, { before }]) => [setting, before])));
}

function givenPower(
  { power, theirs, known }: { power: RoomPower; theirs: RoomPower; known: Known },
  speakers: readonly MemberId[],
): GivenPower {
  const asItStands = (setting: PowerSetting) => ({
    before: settingIn(power, setting),
    given: settingIn(power, setting),
  });
  if (isTheirs(power, known, 'send')) return { send: asItStands('send') };
  const ours = powerEntries(wantedPower(theirs, speakers)).map(([setting, given]) => [
    setting,
    isTheirs(power, known, setting) ? asItStands(setting) : { before: settingIn(theirs, setting), given },
  ]);
  return Object.fromEntries(ours);
}

/** Whether somebody else changed what we had set, now or before. */
function isTheirs(power: RoomPower, { given, settled }: Known, setting: PowerSetting): boolean {
  const entry = given[setting];
  if (entry === undefined) return false;
  return entry.before === entry.given || (settled && settingIn(power, setting) !== entry.given);
}

/** What is to stand in a moderated room where `speakers` may speak, by the room as it is without us. Only what differs from it. */
function wantedPower(room: RoomPower, speakers: readonly MemberId[]): PowerSettings {
  const level = speakingLevel(room);
  if (level === null) return {};
  const wanted: readonly (readonly [PowerSetting, number])[] = [
    ['send', level],
    ...spoken.filter(kind => room.kinds[kind] !== undefined).map(kind => [`kind:${kind}`, level] as const),
    // Reactions take what they took before: to ask for the floor is one.
    ...free.filter(kind => room.kinds[kind] === undefined).map(kind => [`kind:${kind}`, room.sendLevel] as const),
    ...speakers.filter(one => levelOf(room, one) < level).map(one => [levelSetting(one), level] as const),
  ];
  return Object.fromEntries(wanted.filter(([setting, value]) => settingIn(room, setting) !== value));
}

/**
 * What the holder gets: enough to speak where ordinary members may not, and no power over anybody. Null where there is no such level, because
 * ordinary members are moderators here.
 */
export function speakingLevel(room: RoomPower): number | null {
  const asked = Math.max(room.sendLevel, room.kinds.text ?? 0);
  const usual = Math.max(usualLevel, room.defaultLevel + 1);
  // Where ordinary members can't speak anyway, nobody but the holder is to gain by the level that is set.
  const silent = Object.values(room.levels).filter(level => level < asked);
  const level = asked > usual ? Math.max(usual, ...silent.map(one => one + 1)) : usual;
  return level < room.moderatorLevel ? level : null;
}

/** What takes the room from how it stands to how it is wanted, or null when it stands so. */
function diffPower(power: RoomPower, wanted: PowerSettings): PowerChange | null {
  const changed = powerEntries(wanted).filter(([setting, to]) => settingIn(power, setting) !== to);
  if (changed.length === 0) return null;
  return Object.fromEntries(changed.map(([setting, to]) => [setting, { from: settingIn(power, setting), to }]));
}
