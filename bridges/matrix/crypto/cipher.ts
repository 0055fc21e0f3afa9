import type { AgentId } from '../../../src/core/ids.ts';
import type { ChatEvent } from '../../../src/core/message.ts';
import { recent } from '../../../src/core/recent.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { Store } from '../../../src/ports/store.ts';
import type { MatrixNames } from '../names.ts';
import { sortRaw } from '../raw-event.ts';
import { type MatrixRequests, makeDevice } from '../requests.ts';
import { agentsThere } from './agents-there.ts';
import { type EncryptedRooms, encryptedRooms } from './encrypted-rooms.ts';
import { inTime } from './in-time.ts';
import { type OpenedEngine, openedEngine } from './opened-engine.ts';
import { makeReading, type Read } from './reading.ts';
import { clearEvent, sealedEvent, unreadable } from './sealed-event.ts';
import { verifying } from './verifying.ts';

/** Reads and writes in encrypted rooms as the agents that are there. The encryption library is loaded when it is first needed. */
export interface Cipher {
  /** Agents read nothing that comes in the clear, and make encrypted rooms only. */
  readonly onlyEncrypted: boolean;
  /** Reads an event as it comes in: what is not encrypted is given back as it is. */
  read(raw: unknown): Promise<Read>;
  /** The same for what stands in a room's history: gives what reads a part of it, one event after another. */
  again(): (raw: unknown) => Promise<Read>;
  /** Reads what was said long before, with the keys of one agent; nothing is waited for, noted or told. */
  peek(
    raw: unknown,
    as: AgentId,
  ): Promise<{ readonly kind: 'raw'; readonly raw: unknown } | { readonly kind: 'sealed' }>;
  /** Takes the keys of a room's history, where this person has shared them with the agent. */
  takeHistory(room: string, as: AgentId, inviter: string): Promise<void>;
  /** Something may not have been delivered. */
  forget(): void;
  /** Makes the keys of an agent, so that others find them. False where they can't be made yet. */
  prepare(agent: AgentId): Promise<boolean>;
  /** Before an agent comes into a room: if it is known to be encrypted, its people are to find the agent's keys. */
  beforeJoining(room: string, agent: AgentId): Promise<void>;
  /** After it: who saw the agent invited may have looked for its keys before they were there, and hears of them once more. */
  afterJoining(room: string, agent: AgentId): Promise<void>;
  /** An agent is in a room that is encrypted now, or is not. */
  isIn(room: string, agent: AgentId, encrypted: boolean): Promise<void>;
  /** Whether what an agent says in a room must be sealed. `told`: what is known elsewhere; null: nothing. */
  mustSeal(room: string, as: AgentId, told: boolean | null): Promise<boolean>;
  /** The content that goes out as `m.room.encrypted`. */
  seal(given: Sealed): Promise<Record<string, unknown>>;
  /** An agent is gone for good, and so are its keys. May be repeated. */
  remove(agent: AgentId): Promise<void>;
  /** May be repeated. */
  close(): Promise<void>;
}

interface Sealed {
  readonly room: string;
  readonly as: AgentId;
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
}

export interface CipherOptions {
  readonly store: Store;
  readonly requests: MatrixRequests;
  readonly names: MatrixNames;
  readonly clock: Clock;
  readonly log: Log;
  readonly onlyEncrypted: boolean;
  /** Takes what could be read, or was given up, after a while. */
  readonly deliver: (event: ChatEvent) => Promise<void>;
}

export function makeCipher(options: CipherOptions): Cipher {
  const rooms = encryptedRooms(options);
  const agents = agentsThere(options);
  const engine = openedEngine({ ...options, onMessages: (agent, messages) => reading.onMessages(agent, messages) });
  const verify = verifying({ ...options, engine });
  const reading = makeReading({ ...options, rooms, agents, engine, opened: event => void verify(event) });
  const parts: Parts = { options, rooms, engine };

  return {
    onlyEncrypted: options.onlyEncrypted,
    ...readers(options, { reading, hears: [rooms, agents, invitations(parts)], verify }),
    ...sealing(parts),
    ...looking(parts),
    forget: rooms.forget,
    prepare: agent => prepare(parts, agent),
    async beforeJoining(room, agent) {
      if (await rooms.isEncrypted(room)) await prepare(parts, agent);
    },
    async afterJoining(room, agent) {
      if (await rooms.isEncrypted(room)) await announce(options, agent);
    },
    async isIn(room, agent, encrypted) {
      if (!encrypted) return rooms.notePlain(room);
      await rooms.note(room);
      await prepare(parts, agent);
    },
    async remove(agent) {
      const identity = await options.store.collection('key_identities').get(agent);
      if (identity !== null) await (await engine.get()).remove(agent);
    },
    async close() {
      reading.stop();
      await engine.close();
    },
  };
}

interface Parts {
  readonly options: CipherOptions;
  readonly rooms: EncryptedRooms;
  readonly engine: OpenedEngine;
}

interface Hearing {
  readonly reading: ReturnType<typeof makeReading>;
  readonly hears: readonly { hear(raw: unknown): void | Promise<void> }[];
  readonly verify: (raw: unknown) => boolean;
}

function readers(
  { names, clock, onlyEncrypted }: CipherOptions,
  { reading, hears, verify }: Hearing,
): Pick<Cipher, 'read' | 'again'> {
  const inTheClear = (raw: unknown): Read => {
    const clear = onlyEncrypted ? clearEvent(raw, names) : null;
    if (clear === null) return { kind: 'raw', raw };
    return { kind: 'unreadable', event: unreadable(clear, 'clear', { names, now: clock.now() }) };
  };
  return {
    async read(raw) {
      for (const one of hears) await one.hear(raw);
      const event = sealedEvent(raw, names);
      if (event === null) return verify(raw) ? { kind: 'raw', raw } : inTheClear(raw);
      const read = await reading.read(event);
      if (read.kind === 'raw') verify(read.raw);
      return read;
    },
    again() {
      const readSealed = reading.again();
      return async raw => {
        const event = sealedEvent(raw, names);
        return event === null ? inTheClear(raw) : readSealed(event);
      };
    },
  };
}

function looking({ rooms, engine, options }: Parts): Pick<Cipher, 'peek' | 'takeHistory'> {
  const { names, onlyEncrypted } = options;
  return {
    async peek(raw, as) {
      const event = sealedEvent(raw, names);
      if (event === null) return { kind: 'raw', raw: onlyEncrypted && clearEvent(raw, names) !== null ? null : raw };
      const result = await (await engine.get()).peek(as, event);
      return result.kind === 'open' ? { kind: 'raw', raw: result.event } : { kind: 'sealed' };
    },
    async takeHistory(room, as, inviter) {
      if (!(await rooms.isEncrypted(room))) return;
      try {
        await (await engine.get()).takeHistory(as, { room, inviter });
      } catch (error) {
        options.log.warn(
          { err: error, agent: as },
          'The keys of what was said before could not be taken; what needs them is not read.',
        );
      }
    },
  };
}

/** More than so many were never invited of late. */
const mostInvited = 1_000;

/**
 * Makes the keys of an agent that is invited to an encrypted room before anything else is done with the invitation: whichever process has it come in, who
 * is there finds the keys.
 */
function invitations(parts: Parts): { hear(raw: unknown): Promise<void> } {
  const { names, clock } = parts.options;
  const ready = recent<AgentId, true>(mostInvited);
  return {
    async hear(raw) {
      const sorted = sortRaw(raw);
      if (sorted.kind !== 'event' || sorted.event.type !== 'm.room.member') return;
      const { content, state_key = '', room_id } = sorted.event;
      const agent = content.membership === 'invite' ? names.agent(state_key) : null;
      if (agent === null || ready.get(agent) !== undefined || !(await parts.rooms.isEncrypted(room_id))) return;
      if (await inTime(clock, prepare(parts, agent)).catch(() => false)) ready.set(agent, true);
    },
  };
}

/** An agent comes in also where its keys can't be made yet: it is tried again with the first message. */
async function prepare({ engine, options }: Parts, agent: AgentId): Promise<boolean> {
  try {
    await (await engine.get()).prepare(agent);
    return true;
  } catch (error) {
    const problem = 'The keys of an agent for encrypted rooms could not be made; it is tried again.';
    options.log.warn({ err: error, agent }, problem);
    return false;
  }
}

/**
 * Has the homeserver tell of an agent's device. Clients that sync by sliding sync hear nothing else of what was made between an invitation and the coming in
 * (https://github.com/element-hq/synapse/issues/3504).
 */
async function announce({ store, requests, log }: CipherOptions, agent: AgentId): Promise<void> {
  try {
    const identity = await store.collection('key_identities').get(agent);
    if (identity !== null) await requests.call(makeDevice(agent, identity.device));
  } catch (error) {
    log.warn({ err: error, agent }, 'Clients may not hear of the keys of an agent that came into an encrypted room.');
  }
}

function sealing({ rooms, engine, options }: Parts): Pick<Cipher, 'mustSeal' | 'seal'> {
  const { names, clock } = options;
  return {
    async mustSeal(room, as, told) {
      if (told === true) await rooms.note(room);
      if (await rooms.isEncrypted(room)) return true;
      // Before a process says its first word in a room, it looks for itself.
      return (told === null || !rooms.isSeen(room)) && rooms.look(room, as);
    },
    async seal({ room, as, type, content }) {
      await rooms.note(room);
      const encryption = await rooms.encryption(room, as);
      const all = await rooms.readers(room, as);
      const others = (ids: readonly string[]): string[] => ids.filter(id => names.agent(id) === null);
      const invited = others(all.invited);
      const readers = [...others(all.joined), ...invited];
      return (await engine.get()).seal(as, { room, type, content, encryption, readers, invited, now: clock.now() });
    },
  };
}
