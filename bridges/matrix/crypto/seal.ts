import { EncryptionSettings, HistoryVisibility, RoomId, UserId } from '@matrix-org/matrix-sdk-crypto-wasm';
import { ParleyError } from '../../../src/core/errors.ts';
import { isRecord } from '../raw-event.ts';
import type { RoomEncryption } from './encrypted-rooms.ts';
import { lookAtInvited } from './invited.ts';
import { flush, send, sendAll, type Wired } from './outgoing.ts';
import { checkAlgorithm, noteAlgorithm } from './room-algorithm.ts';
import { refuseUsed } from './set-back.ts';
import { isUnsent, noteUnsent } from './unsent-keys.ts';

export interface Sealing {
  readonly room: string;
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly encryption: RoomEncryption;
  /** Who gets the key: the user ids of people and bots. Our own agents get what is said inside Parley. */
  readonly readers: readonly string[];
  /** Those of them who have not come in. */
  readonly invited: readonly string[];
  readonly now: number;
}

/** Between two edits nobody's new device is looked for so soon. */
const knownForMs = 2_000;
const microseconds = 1000n;
/**
 * What has to stand outside: what a message is about, for the homeserver
 * (https://spec.matrix.org/v1.16/client-server-api/#encrypted-event-replacements), and which turn it belongs to, for ourselves. Neither tells more than
 * who writes when.
 */
const readable: ReadonlySet<string> = new Set(['m.relates_to', 'net.parley']);

/**
 * The content of an `m.room.encrypted` for a message. Whoever reads has the key when this resolves, and the keys are stored as they stand
 * after it: what is sealed again, because nobody knows whether it went out, is sealed with the next key.
 */
export async function seal(
  wired: Wired,
  sealing: Sealing & { readonly look: () => Promise<void> },
): Promise<Record<string, unknown>> {
  const { device } = wired;
  await checkAlgorithm(wired, sealing.room, sealing.encryption);
  if (sealing.now - device.connection.polledAt >= knownForMs) await sealing.look();
  await shareKey(wired, sealing);
  const { room, type, content } = sealing;
  const sealed: unknown = JSON.parse(
    await device.call(machine => machine.encryptRoomEvent(new RoomId(room), type, JSON.stringify(content))),
  );
  if (!isRecord(sealed)) throw new ParleyError('ENCRYPTION_FAILED', `The encryption library gave nothing for ${room}.`);
  await refuseUsed(wired, room, sealed);
  const outside = Object.entries(content).filter(([name]) => readable.has(name));
  return { ...sealed, ...Object.fromEntries(outside) };
}

async function shareKey(wired: Wired, sealing: Sealing): Promise<void> {
  const { device } = wired;
  const { room, readers, encryption } = sealing;
  const users = (): UserId[] => readers.map(id => new UserId(id));
  await device.call(machine => machine.updateTrackedUsers(users()));
  await flush(wired);
  await lookAtInvited(wired, sealing);
  const claim = await device.call(machine => machine.getMissingSessions(users()));
  if (claim) await send(wired, claim);
  const shares = await device.call(async machine => {
    if (isUnsent(device, room)) await machine.invalidateGroupSession(new RoomId(room));
    const requests = await machine.shareRoomKey(new RoomId(room), users(), settingsOf(encryption));
    // Where others have its key, it has begun.
    if (requests.length > 0) await noteAlgorithm(machine, room);
    noteUnsent(device, room, requests.length > 0);
    return requests;
  });
  await sendAll(wired, shares);
  noteUnsent(device, room, false);
}

function settingsOf({ rotationMessages, rotationMs, forInvited, forNewcomers }: RoomEncryption): EncryptionSettings {
  const settings = new EncryptionSettings();
  // Goes with the key: whether it may be given on is not for the homeserver to say afterwards.
  const { Shared, Invited, Joined } = HistoryVisibility;
  settings.historyVisibility = forNewcomers ? Shared : forInvited ? Invited : Joined;
  if (rotationMessages !== null) settings.rotationPeriodMessages = BigInt(rotationMessages);
  if (rotationMs !== null) settings.rotationPeriod = BigInt(rotationMs) * microseconds;
  return settings;
}
