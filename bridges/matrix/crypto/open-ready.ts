import type { AgentId } from '../../../src/core/ids.ts';
import type { KeyIdentity } from '../../../src/core/key-page.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { Store } from '../../../src/ports/store.ts';
import type { MatrixNames } from '../names.ts';
import type { MatrixRequests } from '../requests.ts';
import { type Device, openDevice } from './device.ts';
import { type HighMark, isBehind, leaveMark, readMark } from './high-mark.ts';
import { identityOf, withNewDevice } from './identity.ts';
import { removeJournal } from './journal.ts';
import { provisionDevice } from './provision-device.ts';

export interface DevicesOptions {
  readonly store: Store;
  readonly requests: MatrixRequests;
  readonly names: MatrixNames;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Opens the device of an agent, and makes it known to the homeserver where it is not. Where its keys have gone on elsewhere they are not used: the
 * agent gets a new device, and stays who it is.
 */
export async function openReady(options: DevicesOptions, agent: AgentId): Promise<Device> {
  const { store, requests, clock } = options;
  const mark = await readMark(options, agent);
  const { device, identity } = await openCurrent(options, agent, mark);
  try {
    await provisionDevice(
      { device, requests, mark: async () => undefined },
      { identities: store.collection('key_identities'), identity, now: clock.now() },
    );
    await device.tidy();
    if (mark?.device !== device.deviceId) await markDevice(options, device);
    return device;
  } catch (error) {
    await device.close();
    throw error;
  }
}

interface Opened {
  readonly device: Device;
  readonly identity: KeyIdentity;
}

async function openCurrent(options: DevicesOptions, agent: AgentId, mark: HighMark | null): Promise<Opened> {
  const { store, names, log } = options;
  const identities = store.collection('key_identities');
  const pages = store.collection('key_pages');
  const open = (deviceId: string): Promise<Device> =>
    openDevice({ pages, agent, userId: names.userId(agent), deviceId });
  const identity = await identityOf(identities, agent);
  const device = await open(identity.device);
  const isOld =
    mark !== null && !device.isNew && isBehind(mark, { device: identity.device, page: device.page, identity });
  // A new one where the store was filled from a backup or copied, which leaves the journals out: a key that went on elsewhere is never used twice.
  if (!isOld && !(device.isNew && identity.seeds !== null)) return { device, identity };
  await device.close();
  const renewed = await withNewDevice(identities, identity);
  if (isOld) await removeJournal({ pages, agent, device: identity.device });
  const facts = { agent, device: renewed.device };
  if (isOld) log.warn(facts, setBackText);
  else log.info(facts, 'An agent gets a new device for encrypted rooms; it stays who it is.');
  return { device: await open(renewed.device), identity: renewed };
}

export const setBackText =
  'The keys of an agent have gone on elsewhere: this store is a copy, or was set back to an earlier state. They are not used; the agent gets a new ' +
  'device for encrypted rooms and stays who it is. What was sent to the former one and not read stays unread. Never start a copy beside the original.';

/** Leaves at the homeserver how far the keys of a device are. */
export async function markDevice(options: DevicesOptions, { agent, deviceId: device, page }: Device): Promise<void> {
  const { version } = await identityOf(options.store.collection('key_identities'), agent);
  await leaveMark(options, agent, { device, page, identity: version });
}

/** Removes the keys of an agent that is gone. May be repeated. */
export async function removeKeys({ store }: DevicesOptions, agent: AgentId): Promise<void> {
  const identities = store.collection('key_identities');
  const identity = await identities.get(agent);
  if (identity === null) return;
  // The identity goes last: it names the journal.
  await removeJournal({ pages: store.collection('key_pages'), agent, device: identity.device });
  await identities.delete(agent);
}

/** Gives an agent another device: somebody signed it out, and the homeserver has forgotten its keys; or they may not be used any more. */
export async function renewDevice({ store }: DevicesOptions, agent: AgentId, device: string | null): Promise<void> {
  const identities = store.collection('key_identities');
  const former = await identityOf(identities, agent);
  // Another process may have done it.
  if (device !== null && former.device !== device) return;
  await withNewDevice(identities, former);
  await removeJournal({ pages: store.collection('key_pages'), agent, device: former.device });
}
