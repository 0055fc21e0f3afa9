import { type ChatId, chatId } from '../../src/core/ids.ts';
import type { ChatEvent } from '../../src/core/message.ts';
import type { Cipher } from './crypto/cipher.ts';
import { growthsIn } from './growth.ts';
import { type MatrixNames, matrix } from './names.ts';
import { isRecord } from './raw-event.ts';
import { type Converted, toEvent } from './to-event.ts';

export type ReadTransaction =
  | {
      readonly kind: 'read';
      readonly events: readonly ChatEvent[];
      /** The turns of our own answers that were seen to grow. */
      readonly grew: readonly string[];
      /** What can't be put on record: one line each. */
      readonly unusable: readonly string[];
    }
  | { readonly kind: 'rejected'; readonly errcode: 'M_NOT_JSON' | 'M_BAD_JSON'; readonly error: string };

export interface Reading {
  readonly names: MatrixNames;
  readonly receivedAt: number;
  /** Reads what is encrypted; null: it stays so. */
  readonly cipher: Pick<Cipher, 'read'> | null;
}

/**
 * Reads the body of a transaction. One bad event never hides the others, and never makes the homeserver send them all for ever.
 * https://spec.matrix.org/v1.16/application-service-api/#put_matrixappv1transactionstxnid
 */
export async function readTransaction(body: Uint8Array, reading: Reading): Promise<ReadTransaction> {
  const json = parse(body);
  if (json === undefined) return { kind: 'rejected', errcode: 'M_NOT_JSON', error: 'The body is not JSON in UTF-8.' };
  if (!isRecord(json) || !Array.isArray(json.events)) {
    return { kind: 'rejected', errcode: 'M_BAD_JSON', error: 'The body has no list of events.' };
  }
  const converted: Converted[] = [];
  // One after another: what a message needs to be read may have come with the one before.
  for (const raw of json.events) converted.push(await convert(raw, reading));
  return {
    kind: 'read',
    events: converted.flatMap(one => (one.kind === 'event' ? [one.event] : [])),
    grew: growthsIn(json.events, reading.names),
    unusable: converted.flatMap(one => (one.kind === 'unusable' ? [one.why] : [])),
  };
}

/** The chats in which something of a transaction happened; none where it can't be read. */
export function chatsIn(body: Uint8Array): ChatId[] {
  const json = parse(body);
  if (!isRecord(json) || !Array.isArray(json.events)) return [];
  const rooms = json.events.flatMap(raw => (isRecord(raw) && typeof raw.room_id === 'string' ? [raw.room_id] : []));
  return [...new Set(rooms)].map(room => chatId(matrix, room));
}

async function convert(raw: unknown, { names, receivedAt, cipher }: Reading): Promise<Converted> {
  const read = cipher === null ? ({ kind: 'raw', raw } as const) : await cipher.read(raw);
  if (read.kind === 'unreadable') return { kind: 'event', event: read.event };
  return read.kind === 'raw' ? toEvent(read.raw, names, receivedAt) : { kind: 'nothing' };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    return undefined;
  }
}
