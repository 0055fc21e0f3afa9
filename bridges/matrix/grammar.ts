/**
 * The grammar of identifiers, as wide as the specification makes servers accept it, without what could break a log line or a URL.
 * https://spec.matrix.org/v1.16/appendices/#identifier-grammar
 */
const serverName = '(?:[A-Za-z0-9.-]{1,230}|\\[[0-9A-Fa-f:.]{2,45}\\])(?::[0-9]{1,5})?';
const opaque = '[^\\p{Cc}\\p{Cs}\\p{Z}]';

const userId = new RegExp(`^@(?:(?!:)${opaque})*:${serverName}$`, 'u');
// From version 12 on, a room's id is a hash and has no server name.
const roomId = new RegExp(`^!${opaque}{1,254}$`, 'u');
const eventId = new RegExp(`^\\$${opaque}{1,254}$`, 'u');

const longestId = 255;

function fits(id: unknown, grammar: RegExp): id is string {
  return typeof id === 'string' && Buffer.byteLength(id) <= longestId && grammar.test(id);
}

export const isUserId = (id: unknown): id is string => fits(id, userId);
export const isRoomId = (id: unknown): id is string => fits(id, roomId);
export const isEventId = (id: unknown): id is string => fits(id, eventId);

// The alternative keeps tabs and line ends; everything else below U+0020, and U+007F to U+009F, shows nowhere.
const controls = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g;

/** Text that can be stored, logged and sent again: well-formed UTF-16, one kind of line end, no control characters. */
export function cleanText(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, '\n').replace(controls, '');
}

/** The same, on one line and cut. */
export function cleanLine(text: string, longest: number): string {
  return cleanText(text).replace(/\s+/g, ' ').slice(0, longest).toWellFormed();
}
