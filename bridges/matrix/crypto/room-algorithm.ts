import { EncryptionAlgorithm, type OlmMachine, RoomId, RoomSettings } from '@matrix-org/matrix-sdk-crypto-wasm';
import { ParleyError } from '../../../src/core/errors.ts';
import type { RoomEncryption } from './encrypted-rooms.ts';
import type { Wired } from './outgoing.ts';

const supported = 'm.megolm.v1.aes-sha2';

/**
 * Rejects where a room is encrypted by what Parley does not know. One that began otherwise stays as it began, whoever changes its state: people's
 * clients go on with it likewise.
 */
export async function checkAlgorithm({ device }: Wired, room: string, { algorithm }: RoomEncryption): Promise<void> {
  if (algorithm === supported || (await device.call(machine => hasBegun(machine, room)))) return;
  const message = `${room} is encrypted by ${algorithm.slice(0, 100)}, which Parley does not know. Make a room with ${supported}.`;
  throw new ParleyError('ENCRYPTION_FAILED', message);
}

/** Notes with which algorithm the room has begun, for good. From within a call of the device. */
export async function noteAlgorithm(machine: OlmMachine, room: string): Promise<void> {
  if (await hasBegun(machine, room)) return;
  const settings = new RoomSettings();
  settings.algorithm = EncryptionAlgorithm.MegolmV1AesSha2;
  await machine.setRoomSettings(new RoomId(room), settings);
}

async function hasBegun(machine: OlmMachine, room: string): Promise<boolean> {
  using settings = await machine.getRoomSettings(new RoomId(room));
  return settings?.algorithm === EncryptionAlgorithm.MegolmV1AesSha2;
}
