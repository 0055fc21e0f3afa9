import { isParleyError } from '../../../src/core/errors.ts';
import type { AgentId } from '../../../src/core/ids.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { Store } from '../../../src/ports/store.ts';
import { type InOrder, inOrder } from '../in-order.ts';
import type { MatrixNames } from '../names.ts';
import type { MatrixRequests } from '../requests.ts';
import { type Device, openDevice } from './device.ts';
import { identityOf, withNewDevice } from './identity.ts';
import { removeJournal } from './journal.ts';
import type { Wired } from './outgoing.ts';
import { isSignedOut, provisionDevice } from './provision-device.ts';

export interface DevicesOptions {
  readonly store: Store;
  readonly requests: MatrixRequests;
  readonly names: MatrixNames;
  readonly clock: Clock;
  readonly log: Log;
}

/** The devices of all agents: opened when they are needed, closed when they are not, and one piece of work at a time for each. */
export interface Devices {
  /**
   * Works with the device of an agent. The work may be done again from its begin, where another process was faster or the device had to be made
   * anew; whatever it sends must bear that.
   */
  use<T>(agent: AgentId, work: (wired: Wired) => Promise<T>): Promise<T>;
  /** Removes all keys of an agent that is gone for good. May be repeated. */
  remove(agent: AgentId): Promise<void>;
  /** Closes all of them, after what is under way. */
  close(): Promise<void>;
}

/** About 1.1 MB each. */
const mostOpen = 100;
const idleMs = 10 * 60_000;
const mostTries = 5;

interface Slot {
  readonly queue: InOrder;
  device: Device | null;
  waiting: number;
  cancelClosing: () => void;
}

export function makeDevices(options: DevicesOptions): Devices {
  const { clock, log } = options;
  // In the order of their last use.
  const slots = new Map<AgentId, Slot>();

  function slotOf(agent: AgentId): Slot {
    const slot = slots.get(agent) ?? { queue: inOrder(), device: null, waiting: 0, cancelClosing: () => undefined };
    slots.delete(agent);
    slots.set(agent, slot);
    return slot;
  }

  async function shut(slot: Slot): Promise<void> {
    slot.cancelClosing();
    const { device } = slot;
    slot.device = null;
    await device?.close();
  }

  /** Where nothing waits for it. */
  function retire(agent: AgentId, slot: Slot): Promise<void> {
    return slot.queue.run(async () => {
      if (slot.waiting > 0) return;
      await shut(slot);
      if (slots.get(agent) === slot) slots.delete(agent);
    });
  }

  /** Nobody waits for it. */
  function tidyLater(agent: AgentId, slot: Slot): void {
    void slot.queue.run(async () => {
      try {
        await slot.device?.tidy();
      } catch (error) {
        log.warn({ agent, err: error }, 'A key journal could not be put together; it is tried again later.');
        await shut(slot);
      }
    });
  }

  function makeRoom(): void {
    let over = slots.size - mostOpen;
    for (const [agent, slot] of slots) {
      if (over <= 0) return;
      if (slot.waiting > 0) continue;
      over -= 1;
      void retire(agent, slot);
    }
  }

  async function work<T>(agent: AgentId, slot: Slot, job: (wired: Wired) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        slot.device ??= await openReady(options, agent);
        return await job({ device: slot.device, requests: options.requests });
      } catch (error) {
        const device = slot.device;
        if (device?.isUsable === false || isSignedOut(error)) await shut(slot);
        if (tries >= mostTries) throw error;
        if (isSignedOut(error)) await renew(options, agent, device?.deviceId ?? null);
        else if (!isParleyError(error, 'DEVICE_TAKEN')) throw error;
        log.info({ agent, err: error }, 'The keys of an agent are read anew.');
      }
    }
  }

  return {
    async use(agent, job) {
      const slot = slotOf(agent);
      slot.waiting += 1;
      slot.cancelClosing();
      try {
        return await slot.queue.run(() => work(agent, slot, job));
      } finally {
        slot.waiting -= 1;
        if (slot.waiting === 0) tidyLater(agent, slot);
        if (slot.waiting === 0) slot.cancelClosing = clock.after(idleMs, () => void retire(agent, slot));
        makeRoom();
      }
    },
    async remove(agent) {
      const slot = slotOf(agent);
      await slot.queue.run(async () => {
        await shut(slot);
        await removeKeys(options, agent);
      });
      if (slot.waiting === 0) slots.delete(agent);
    },
    async close() {
      await Promise.all([...slots].map(([agent, slot]) => retire(agent, slot)));
    },
  };
}

async function openReady({ store, requests, names, clock, log }: DevicesOptions, agent: AgentId): Promise<Device> {
  const identities = store.collection('key_identities');
  const pages = store.collection('key_pages');
  const open = (deviceId: string): Promise<Device> =>
    openDevice({ pages, agent, userId: names.userId(agent), deviceId });
  let identity = await identityOf(identities, agent);
  let device = await open(identity.device);
  if (device.isNew && identity.seeds !== null) {
    // The store was filled from a backup or copied, which leaves the journals out: a key that went on elsewhere is never used twice.
    await device.close();
    identity = await withNewDevice(identities, identity);
    log.info({ agent, device: identity.device }, 'An agent gets a new device for encrypted rooms; it stays who it is.');
    device = await open(identity.device);
  }
  try {
    await provisionDevice({ device, requests }, { identities, identity, now: clock.now() });
    await device.tidy();
    return device;
  } catch (error) {
    await device.close();
    throw error;
  }
}

async function removeKeys({ store }: DevicesOptions, agent: AgentId): Promise<void> {
  const identities = store.collection('key_identities');
  const identity = await identities.get(agent);
  if (identity === null) return;
  // The identity goes last: it names the journal.
  await removeJournal({ pages: store.collection('key_pages'), agent, device: identity.device });
  await identities.delete(agent);
}

/** Somebody signed the device out, and the homeserver has forgotten its keys. */
async function renew({ store }: DevicesOptions, agent: AgentId, device: string | null): Promise<void> {
  const identities = store.collection('key_identities');
  const former = await identityOf(identities, agent);
  // Another process may have done it.
  if (device !== null && former.device !== device) return;
  await withNewDevice(identities, former);
  await removeJournal({ pages: store.collection('key_pages'), agent, device: former.device });
}
