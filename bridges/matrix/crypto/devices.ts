import { isParleyError } from '../../../src/core/errors.ts';
import type { AgentId } from '../../../src/core/ids.ts';
import { deviceSlots, type Slot, type Slots } from './device-slots.ts';
import { type DevicesOptions, openReady, removeKeys, renewDevice, setBackText } from './open-ready.ts';
import type { Wired } from './outgoing.ts';
import { isSignedOut } from './provision-device.ts';
import { SetBack } from './set-back.ts';

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

const mostTries = 5;

export function makeDevices(options: DevicesOptions): Devices {
  const slots = deviceSlots(options);
  return {
    async use(agent, job) {
      const slot = slots.of(agent);
      slot.waiting += 1;
      slot.cancelClosing();
      try {
        return await slot.queue.run(() => work({ options, slots }, slot, job));
      } finally {
        slot.waiting -= 1;
        slots.rest(slot);
      }
    },
    async remove(agent) {
      const slot = slots.of(agent);
      await slot.queue.run(async () => {
        await slots.shut(slot);
        await removeKeys(options, agent);
      });
      slots.forget(slot);
    },
    close: slots.close,
  };
}

async function work<T>(
  { options, slots }: { readonly options: DevicesOptions; readonly slots: Slots },
  slot: Slot,
  job: (wired: Wired) => Promise<T>,
): Promise<T> {
  const { agent } = slot;
  for (let tries = 1; ; tries += 1) {
    try {
      slot.device ??= await openReady(options, agent);
      return await job({ device: slot.device, requests: options.requests, mark: () => slots.mark(slot) });
    } catch (error) {
      const device = slot.device;
      const isLost = isSignedOut(error) || error instanceof SetBack;
      if (device?.isUsable === false || isLost) await slots.shut(slot);
      if (tries >= mostTries) throw error;
      if (error instanceof SetBack) options.log.warn({ agent, device: device?.deviceId }, setBackText);
      if (isLost) await renewDevice(options, agent, device?.deviceId ?? null);
      else if (!isParleyError(error, 'DEVICE_TAKEN')) throw error;
      options.log.info({ agent, err: error }, 'The keys of an agent are read anew.');
    }
  }
}
