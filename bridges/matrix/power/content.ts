import type { MemberId } from '../../../src/core/ids.ts';
import {
  type MessageKind,
  type PowerChange,
  type PowerSetting,
  powerEntries,
  type RoomPower,
} from '../../../src/core/power.ts';
import { isUserId } from '../grammar.ts';
import type { MatrixNames } from '../names.ts';
import { isRecord } from '../raw-event.ts';

/** What stands in `m.room.power_levels`: https://spec.matrix.org/v1.16/client-server-api/#mroompower_levels */
export type PowerContent = Readonly<Record<string, unknown>>;

const eventTypes: Readonly<Record<MessageKind, string>> = {
  text: 'm.room.message',
  sealed: 'm.room.encrypted',
  sticker: 'm.sticker',
  poll: 'm.poll.start',
  reaction: 'm.reaction',
  retraction: 'm.room.redaction',
};

/** The levels that give power over others. */
const overOthers = ['ban', 'kick', 'redact', 'state_default'];
const moderator = 50;

/** A level; old rooms hold them as texts, too. */
function levelIn(content: unknown, key: string): number | null {
  const value = isRecord(content) && Object.hasOwn(content, key) ? content[key] : undefined;
  const level = typeof value === 'string' && /^\s*[+-]?\d{1,16}\s*$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(level) ? (level as number) : null;
}

/** Reads the levels of a room. Takes any content. */
export function toPower(content: PowerContent, unbound: readonly MemberId[], names: MatrixNames): RoomPower {
  const users = isRecord(content.users) ? Object.keys(content.users).filter(isUserId) : [];
  const kinds = Object.entries(eventTypes).map(([kind, type]) => [kind, levelIn(content.events, type)] as const);
  const stateLevel = levelIn(content, 'state_default') ?? moderator;
  return {
    sendLevel: levelIn(content, 'events_default') ?? 0,
    kinds: known(kinds),
    defaultLevel: levelIn(content, 'users_default') ?? 0,
    changeLevel: levelIn(content.events, 'm.room.power_levels') ?? stateLevel,
    moderatorLevel: Math.min(...overOthers.map(key => levelIn(content, key) ?? moderator)),
    levels: known(users.map(user => [names.member(user), levelIn(content.users, user)] as const)),
    unbound,
  };
}

const known = (levels: readonly (readonly [string, number | null])[]): Record<string, number> =>
  Object.fromEntries(levels.flatMap(([name, level]) => (level === null ? [] : [[name, level]])));

/** The content after the settings of a change that still stand at `from`. The same object where there is nothing to do. */
export function withChange(content: PowerContent, change: PowerChange, names: MatrixNames): PowerContent {
  let changed = content;
  for (const [setting, { from, to }] of powerEntries(change)) {
    const [map, key] = placeOf(setting, names);
    const now = map === null ? (levelIn(changed, key) ?? 0) : levelIn(changed[map], key);
    if (now === from && from !== to) changed = withLevel(changed, [map, key], to);
  }
  return changed;
}

type Place = readonly [map: 'events' | 'users' | null, key: string];

function placeOf(setting: PowerSetting, names: MatrixNames): Place {
  if (setting === 'send') return [null, 'events_default'];
  const name = setting.slice(setting.indexOf(':') + 1);
  return setting.startsWith('kind:')
    ? ['events', eventTypes[name as MessageKind]]
    : ['users', names.userIdOf(name as MemberId)];
}

function withLevel(content: PowerContent, [map, key]: Place, level: number | null): PowerContent {
  if (map !== null) return { ...content, [map]: withLevel(recordIn(content, map), [null, key], level) };
  const others = Object.entries(content).filter(([name]) => name !== key);
  return Object.fromEntries(level === null ? others : [...others, [key, level]]);
}

const recordIn = (content: PowerContent, key: string): PowerContent => {
  const value = content[key];
  return isRecord(value) ? value : {};
};
