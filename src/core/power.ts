import type { MemberId } from './ids.ts';

/** What a level may be set for beside speaking as such. `text` is what is written, `sealed` the same encrypted. */
export type MessageKind = 'text' | 'sealed' | 'sticker' | 'poll' | 'reaction' | 'retraction';

/** One thing that can be set: what speaking takes, what a kind of message takes, the level of a member. */
export type PowerSetting = 'send' | `kind:${MessageKind}` | `level:${MemberId}`;

/** Levels by what they are set for; null: nothing is set. */
export type PowerSettings = Readonly<Partial<Record<PowerSetting, number | null>>>;

/** Who may do what in a room, in levels: a member may do what takes no more than their own. */
export interface RoomPower {
  /** What it takes to speak, for all kinds of messages that have no level of their own. */
  readonly sendLevel: number;
  readonly kinds: Readonly<Partial<Record<MessageKind, number>>>;
  /** The level of members who have none of their own. */
  readonly defaultLevel: number;
  /** What it takes to change all this. */
  readonly changeLevel: number;
  /** The lowest level that gives power over others: to remove them or what they say. */
  readonly moderatorLevel: number;
  readonly levels: Readonly<Record<MemberId, number>>;
  /** Members who may do everything and have no level. */
  readonly unbound: readonly MemberId[];
}

/** Settings that change together. One that does not stand at `from` any more was changed by somebody else and stays as it is. */
export type PowerChange = Readonly<
  Partial<Record<PowerSetting, { readonly from: number | null; readonly to: number | null }>>
>;

export const powerEntries = <V>(record: Readonly<Partial<Record<PowerSetting, V>>>): [PowerSetting, V][] =>
  Object.entries(record) as [PowerSetting, V][];

export const levelSetting = (member: MemberId): PowerSetting => `level:${member}`;

/** What is set, or null where nothing is. */
export function settingIn(power: RoomPower, setting: PowerSetting): number | null {
  if (setting === 'send') return power.sendLevel;
  if (setting.startsWith('kind:')) return power.kinds[setting.slice('kind:'.length) as MessageKind] ?? null;
  return power.levels[setting.slice('level:'.length) as MemberId] ?? null;
}

/** The room with other settings. */
export function withSettings(power: RoomPower, settings: PowerSettings): RoomPower {
  const kinds: Record<string, number> = { ...power.kinds };
  const levels: Record<string, number> = { ...power.levels };
  let { sendLevel } = power;
  for (const [setting, value] of powerEntries(settings)) {
    if (setting === 'send') sendLevel = value ?? 0;
    else put(setting.startsWith('kind:') ? kinds : levels, setting.slice(setting.indexOf(':') + 1), value);
  }
  return { ...power, sendLevel, kinds, levels };
}

function put(record: Record<string, number>, key: string, value: number | null): void {
  if (value === null) delete record[key];
  else record[key] = value;
}

/** The level that a member has: without bounds for those who have none. */
export const levelOf = (power: RoomPower, member: MemberId): number =>
  power.unbound.includes(member) ? Number.POSITIVE_INFINITY : (power.levels[member] ?? power.defaultLevel);

/** The level that a member needs to make a change. */
export function neededLevel(power: RoomPower, change: PowerChange): number {
  const touched = powerEntries(change).flatMap(([, { from, to }]) => [from ?? 0, to ?? 0]);
  return Math.max(power.changeLevel, ...touched);
}
