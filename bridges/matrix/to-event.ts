import { chatId, messageId } from '../../src/core/ids.ts';
import type { ChatEvent, Envelope, Happening, Unreadable } from '../../src/core/message.ts';
import { cleanLine } from './grammar.ts';
import { type MatrixNames, matrix } from './names.ts';
import { type RawEnvelope, type RawEvent, sortRaw } from './raw-event.ts';
import { toMembership } from './to-membership.ts';
import { toReaction } from './to-reaction.ts';
import { toRedaction } from './to-redaction.ts';
import { toRoomChange } from './to-room-change.ts';
import { toSaid } from './to-said.ts';

/** What became of an event of the homeserver. */
export type Converted =
  | { readonly kind: 'event'; readonly event: ChatEvent }
  /** Nothing that Parley wants to know, such as what its own agents said. */
  | { readonly kind: 'nothing' }
  /** It can't even be put on record. */
  | { readonly kind: 'unusable'; readonly why: string };

/** A converter of one type of event. `malformed` where the content does not fit, null where there is nothing to tell. */
export type Converter = (event: RawEvent, names: MatrixNames) => Happening | 'malformed' | null;

// A map, as the type is anybody's text: `constructor` must not be found.
const converters = new Map<string, Converter>(
  Object.entries<Converter>({
    'm.room.message': toSaid,
    'm.reaction': toReaction,
    'm.room.redaction': toRedaction,
    'm.room.member': toMembership,
    'm.room.name': toRoomChange,
    'm.room.topic': toRoomChange,
    'm.room.encryption': toRoomChange,
    'm.room.power_levels': toRoomChange,
    'm.room.encrypted': (event: RawEvent) => unreadable('encrypted', event.type),
  }),
);

/** State that everybody in the room should hear of, also where an agent made it. */
const toldOfAgents: ReadonlySet<string> = new Set([
  'm.room.member',
  'm.room.name',
  'm.room.topic',
  'm.room.encryption',
]);

/** What is said and done in a room is no state of it: no client shows it as that, and nobody encrypts state. */
const neverState: ReadonlySet<string> = new Set([
  'm.room.message',
  'm.reaction',
  'm.room.redaction',
  'm.room.encrypted',
]);

/** Puts an event of the homeserver into the words of Parley. Pure; takes anything. */
export function toEvent(raw: unknown, names: MatrixNames, receivedAt: number): Converted {
  const sorted = sortRaw(raw);
  if (sorted.kind === 'unusable') return sorted;
  if (sorted.kind === 'malformed') {
    const { envelope } = sorted;
    return told(envelopeOf(envelope, names, receivedAt), unreadable('malformed', typeOf(envelope)));
  }
  const { event } = sorted;
  if (names.agent(event.sender) !== null && !toldOfAgents.has(event.type)) return { kind: 'nothing' };
  const isOdd = event.state_key !== undefined && neverState.has(event.type);
  const convert = isOdd ? undefined : converters.get(event.type);
  const happening = convert === undefined ? unreadable('unknown', event.type) : convert(event, names);
  if (happening === null) return { kind: 'nothing' };
  const envelope = envelopeOf(event, names, event.origin_server_ts);
  return told(envelope, happening === 'malformed' ? unreadable('malformed', event.type) : happening);
}

function told(envelope: Envelope, happening: Happening): Converted {
  return { kind: 'event', event: { ...envelope, ...happening } };
}

function envelopeOf(raw: RawEnvelope, names: MatrixNames, timestamp: number): Envelope {
  return {
    _id: messageId(matrix, raw.event_id),
    chat: chatId(matrix, raw.room_id),
    from: names.member(raw.sender),
    // Matrix does not tell bots from people.
    fromPerson: null,
    timestamp,
  };
}

function unreadable(why: Unreadable['why'], externalType: string): Unreadable {
  return { messageType: 'unreadable', why, externalType: cleanLine(externalType, 255) };
}

function typeOf(envelope: RawEnvelope): string {
  return typeof envelope.type === 'string' ? envelope.type : '';
}
