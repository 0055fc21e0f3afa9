import type { AgentId } from '../../../src/core/ids.ts';
import { type InOrder, inOrder } from '../in-order.ts';
import type { Device } from './device.ts';
import { type DevicesOptions, markDevice } from './open-ready.ts';

/** The place of an agent's device, open or not. */
export interface Slot {
  readonly agent: AgentId;
  readonly queue: InOrder;
  device: Device | null;
  /** Up to which page the homeserver was told how far the keys are. */
  marked: number;
  waiting: number;
  cancelClosing: () => void;
  cancelMarking: (() => void) | null;
}

export interface Slots {
  /** The place of an agent, as the one that was used last. */
  of(agent: AgentId): Slot;
  /** Nobody waits for the device any more: it is looked after, and closed when it was not used for long. */
  rest(slot: Slot): void;
  /** Tells the homeserver how far the keys are, from within the queue of the device. */
  mark(slot: Slot): Promise<void>;
  /** Closes a device, from within its queue. */
  shut(slot: Slot): Promise<void>;
  forget(slot: Slot): void;
  close(): Promise<void>;
}

/** About 1.1 MB each. */
const mostOpen = 100;
const idleMs = 10 * 60_000;
/** A copy of the store that is made later than this after the last message is the same as the original. */
const markAfterMs = 15_000;

export function deviceSlots(options: DevicesOptions): Slots {
  const { clock } = options;
  // In the order of their last use.
  const slots = new Map<AgentId, Slot>();

  /** Where nothing waits for it. */
  function retire(slot: Slot): Promise<void> {
    return slot.queue.run(async () => {
      if (slot.waiting > 0) return;
      await shut(options, slot, true);
      forget(slot);
    });
  }

  function forget(slot: Slot): void {
    if (slot.waiting === 0 && slots.get(slot.agent) === slot) slots.delete(slot.agent);
  }

  function makeRoom(): void {
    let over = slots.size - mostOpen;
    for (const slot of slots.values()) {
      if (over <= 0) return;
      if (slot.waiting > 0) continue;
      over -= 1;
      void retire(slot);
    }
  }

  return {
    of(agent) {
      const slot = slots.get(agent) ?? emptySlot(agent);
      slots.delete(agent);
      slots.set(agent, slot);
      return slot;
    },
    rest(slot) {
      if (slot.waiting === 0) {
        void slot.queue.run(() => tidy(options, slot));
        markLater(options, slot);
        slot.cancelClosing();
        slot.cancelClosing = clock.after(idleMs, () => void retire(slot));
      }
      makeRoom();
    },
    mark: slot => markNow(options, slot),
    shut: slot => shut(options, slot, false),
    forget,
    close: async () => void (await Promise.all([...slots.values()].map(retire))),
  };
}

const emptySlot = (agent: AgentId): Slot => ({
  agent,
  queue: inOrder(),
  device: null,
  marked: 0,
  waiting: 0,
  cancelClosing: () => undefined,
  cancelMarking: null,
});

async function markNow(options: DevicesOptions, slot: Slot): Promise<void> {
  const { device } = slot;
  if (device === null || !device.isUsable || device.page === slot.marked) return;
  const { page } = device;
  await markDevice(options, device);
  slot.marked = page;
}

/** The same where it may fail: then the next time tells more. */
async function mark(options: DevicesOptions, slot: Slot): Promise<void> {
  try {
    await markNow(options, slot);
  } catch (error) {
    const { agent } = slot;
    options.log.debug({ agent, err: error }, 'The homeserver could not be told how far the keys of an agent are.');
  }
}

function markLater(options: DevicesOptions, slot: Slot): void {
  slot.cancelMarking ??= options.clock.after(markAfterMs, () => {
    slot.cancelMarking = null;
    void slot.queue.run(() => mark(options, slot));
  });
}

async function shut(options: DevicesOptions, slot: Slot, marking: boolean): Promise<void> {
  slot.cancelClosing();
  slot.cancelMarking?.();
  slot.cancelMarking = null;
  if (marking) await mark(options, slot);
  const { device } = slot;
  slot.device = null;
  slot.marked = 0;
  await device?.close();
}

async function tidy(options: DevicesOptions, slot: Slot): Promise<void> {
  const { agent } = slot;
  try {
    await slot.device?.tidy();
  } catch (error) {
    options.log.warn({ agent, err: error }, 'A key journal could not be put together; it is tried again later.');
    await shut(options, slot, false);
  }
}
