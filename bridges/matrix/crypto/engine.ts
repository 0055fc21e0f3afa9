import type { AgentId } from '../../../src/core/ids.ts';
import type { RawEvent } from '../raw-event.ts';
import { makeDevices } from './devices.ts';
import { goOnVerifying } from './go-on-verifying.ts';
import type { DevicesOptions } from './open-ready.ts';
import type { Wired } from './outgoing.ts';
import { type DeviceMessage, poll } from './poll.ts';
import { makeReplays } from './replays.ts';
import { type Sealing, seal } from './seal.ts';
import { takeSharedHistory } from './shared-history.ts';
import { sharedLooks } from './shared-looks.ts';
import type { ShownEmoji } from './shown-emoji.ts';
import { type Unsealed, unseal } from './unseal.ts';

/** All that needs the encryption library, which is loaded with this file. */
export interface Engine {
  /** Makes an agent able to read and write in encrypted rooms, if it is not. */
  prepare(agent: AgentId): Promise<void>;
  /** Seals a message. */
  seal(agent: AgentId, sealing: Sealing): Promise<Record<string, unknown>>;
  /** Reads an event with the keys of one agent; `look`: what was sent to it is fetched before. */
  unseal(agent: AgentId, event: RawEvent, look: boolean): Promise<Unsealed>;
  /** Reads an event of long ago with the keys of one agent: it may have been read before, by whomever. */
  peek(agent: AgentId, event: RawEvent): Promise<Unsealed>;
  /** Takes the keys of a room's history, where this person has shared them with the agent. */
  takeHistory(agent: AgentId, from: { readonly room: string; readonly inviter: string }): Promise<void>;
  /** Goes on with a verification; gives the emoji once the agent sees them. */
  verify(agent: AgentId, event: RawEvent, flow: string): Promise<ShownEmoji | null>;
  /** Removes all keys of an agent that is gone for good. May be repeated. */
  remove(agent: AgentId): Promise<void>;
  close(): Promise<void>;
}

export interface EngineOptions extends DevicesOptions {
  /** Hears what other devices have sent to an agent's, once it is durable. */
  readonly onMessages: (agent: AgentId, messages: readonly DeviceMessage[]) => void;
}

export function makeEngine(options: EngineOptions): Engine {
  const { clock, onMessages } = options;
  const devices = makeDevices(options);
  const replays = makeReplays(options.store.collection('key_uses'));

  const looks = sharedLooks();

  async function look(wired: Wired): Promise<void> {
    const messages = await poll(wired, clock.now());
    if (messages.length > 0) onMessages(wired.device.agent, messages);
  }

  return {
    prepare: agent => devices.use(agent, async () => undefined),
    seal: (agent, sealing) => devices.use(agent, wired => seal(wired, { ...sealing, look: () => look(wired) })),
    unseal(agent, event, alsoLook) {
      const beforehand = alsoLook ? looks.wanted(agent) : null;
      return devices.use(agent, async wired => {
        await beforehand?.(() => look(wired));
        const unsealed = await unseal(wired, event);
        const isAgain = unsealed.kind === 'open' && (await replays.isReplay(event));
        return isAgain ? { kind: 'broken', why: 'it was said before' } : unsealed;
      });
    },
    peek: (agent, event) => devices.use(agent, wired => unseal(wired, event)),
    takeHistory: (agent, from) =>
      devices.use(agent, async wired => {
        await look(wired);
        await takeSharedHistory(wired, from);
      }),
    verify: (agent, event, flow) => devices.use(agent, wired => goOnVerifying(wired, event, flow)),
    remove: devices.remove,
    close: devices.close,
  };
}
