import { DeviceId, UserId } from '@matrix-org/matrix-sdk-crypto-wasm';
import { z } from 'zod';
import type { KeyIdentity } from '../../../src/core/key-page.ts';
import type { Collection } from '../../../src/ports/store.ts';
import { answerAs } from '../answer.ts';
import { errcodeOf, unless } from '../errcode.ts';
import { path } from '../path.ts';
import { makeDevice } from '../requests.ts';
import { devicePrefix, importSeeds, keepSeeds } from './identity.ts';
import { asDevice, flush, type Outgoing, send, type Wired } from './outgoing.ts';
import { poll } from './poll.ts';

const isReady = 'ready';

interface Given {
  readonly identities: Collection<KeyIdentity>;
  readonly identity: KeyIdentity;
  readonly now: number;
}

/**
 * Makes the device known to the homeserver: keys, one-time keys, and an identity that signs it, so that clients that exclude devices which
 * nobody vouches for take it. Every step may be repeated; the last one notes that all of them are done.
 */
export async function provisionDevice(wired: Wired, { identities, identity, now }: Given): Promise<void> {
  const { device, requests } = wired;
  if (device.note(isReady) !== undefined) return;
  await requests.call(makeDevice(device.agent, device.deviceId));
  await flush(wired);
  // The seeds are taken only where the machine knows whose they are.
  if (identity.seeds !== null)
    await send(wired, await device.call(m => m.queryKeysForUsers([new UserId(device.userId)])));
  const isAgain = await device.call(machine => importSeeds(machine, identity));
  await (isAgain ? signAgain(wired) : signFirst(wired));
  await device.call(machine => keepSeeds(identities, identity, machine));
  await poll(wired, now);
  if (isAgain) await removeFormer(wired);
  await device.call(() => device.setNote(isReady, String(now)));
}

/** An application service is not asked for further proof. https://spec.matrix.org/v1.16/client-server-api/#cross-signing */
async function signFirst(wired: Wired): Promise<void> {
  const { device } = wired;
  const signing = await device.call(async machine => {
    const status = await machine.crossSigningStatus();
    return machine.bootstrapCrossSigning(!status.hasMaster);
  });
  if (signing.uploadKeysRequest !== undefined) await send(wired, signing.uploadKeysRequest as Outgoing);
  const what = `publish the identity of ${device.agent}`;
  const body = JSON.parse(signing.uploadSigningKeysRequest.body) as object;
  await asDevice(wired, { what, method: 'POST', path: '/keys/device_signing/upload', body });
  await send(wired, signing.uploadSignaturesRequest);
}

/** What is published already stays; it only vouches for one more device. */
async function signAgain(wired: Wired): Promise<void> {
  const { device } = wired;
  const signature = await device.call(async machine => {
    using own = await machine.getDevice(new UserId(device.userId), new DeviceId(device.deviceId));
    return own?.verify();
  });
  if (signature !== undefined) await send(wired, signature);
}

const devices = z.object({ devices: z.array(z.object({ device_id: z.string() })) });

/** Devices whose keys are lost get nothing any more. One that stays does no harm, so a refusal is passed over. */
async function removeFormer(wired: Wired): Promise<void> {
  const { deviceId } = wired.device;
  const what = 'look for former devices';
  const all = answerAs(devices, what, await asDevice(wired, { what, method: 'GET', path: '/devices' })).devices;
  const isFormer = (id: string): boolean => id.startsWith(devicePrefix) && id !== devicePrefix && id !== deviceId;
  for (const { device_id } of all.filter(({ device_id }) => isFormer(device_id))) {
    const where = path('devices', device_id);
    const removal = asDevice(wired, { what: 'remove a former device', method: 'DELETE', path: where, body: {} });
    await unless(removal, ['M_FORBIDDEN', 'M_UNRECOGNIZED', 'M_NOT_FOUND'], null);
  }
}

/** Whether the homeserver has forgotten a device: somebody signed it out. */
export const isSignedOut = (error: unknown): boolean =>
  ['M_UNKNOWN_DEVICE', 'ORG.MATRIX.MSC4326.M_UNKNOWN_DEVICE'].includes(errcodeOf(error) ?? '');
