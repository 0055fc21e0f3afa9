import {
  DecryptionErrorCode,
  DecryptionSettings,
  MegolmDecryptionError,
  RoomId,
  ShieldStateCode,
  TrustRequirement,
} from '@matrix-org/matrix-sdk-crypto-wasm';
import { isRecord, type RawEvent } from '../raw-event.ts';
import type { Wired } from './outgoing.ts';

/** What became of an encrypted event. */
export type Unsealed =
  | { readonly kind: 'open'; readonly event: RawEvent }
  /** The key is not here; it may come. */
  | { readonly kind: 'no key' }
  /** The sender's client keeps the key from devices that it does not trust. */
  | { readonly kind: 'withheld' }
  /** No key will ever open it, or it is not what it claims to be. */
  | { readonly kind: 'broken'; readonly why: string };

/**
 * What may stand in an encrypted event. Anything else is decided by the homeserver, from what it can read: a redaction inside of an encrypted
 * event, say, was never asked for by somebody who may redact.
 */
const allowed: ReadonlySet<unknown> = new Set(['m.room.message', 'm.reaction', 'm.sticker']);
const verification = /^m\.key\.verification\.\w{1,20}$/;

/** Reads an encrypted event with the keys of one device. Changes nothing in the room. */
export function unseal({ device }: Wired, event: RawEvent): Promise<Unsealed> {
  return device.call(async machine => {
    const settings = new DecryptionSettings(TrustRequirement.Untrusted);
    try {
      using decrypted = await machine.decryptRoomEvent(asSent(event), new RoomId(event.room_id), settings);
      using shield = decrypted.shieldState(false);
      if (shield.code === ShieldStateCode.MismatchedSender) return { kind: 'broken', why: 'somebody else sent it' };
      return opened(event, JSON.parse(decrypted.event));
    } catch (error) {
      if (error instanceof MegolmDecryptionError) return failureOf(error);
      throw error;
    } finally {
      settings.free();
    }
  });
}

/** An event as the library reads it: what the sender said of it, and nothing else. */
export const asSent = ({ event_id, room_id, sender, type, content, origin_server_ts }: RawEvent): string =>
  JSON.stringify({ event_id, room_id, sender, type, content, origin_server_ts });

function opened(event: RawEvent, inner: unknown): Unsealed {
  if (!isRecord(inner) || !isRecord(inner.content) || typeof inner.type !== 'string')
    return { kind: 'broken', why: 'there is no event in it' };
  if (!allowed.has(inner.type) && !verification.test(inner.type))
    return { kind: 'broken', why: 'it may not be encrypted' };
  // Relations stand outside, where the homeserver sees them; what stands inside must not say otherwise.
  const { 'm.relates_to': within, ...content } = inner.content;
  const relation = event.content['m.relates_to'] ?? within;
  const whole = relation === undefined ? content : { ...content, 'm.relates_to': relation };
  return { kind: 'open', event: { ...event, type: inner.type, content: whole } };
}

function failureOf(error: MegolmDecryptionError): Unsealed {
  const { code, withheldCode } = error;
  if (withheldCode === 'm.unverified' || withheldCode === 'm.blacklisted') return { kind: 'withheld' };
  if (code === DecryptionErrorCode.MissingRoomKey || code === DecryptionErrorCode.UnknownMessageIndex)
    return { kind: 'no key' };
  return { kind: 'broken', why: DecryptionErrorCode[code] ?? 'it can’t be decrypted' };
}
