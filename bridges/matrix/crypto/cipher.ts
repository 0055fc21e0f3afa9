import { type AgentId, messageId } from '../../../src/core/ids.ts';
import type { ChatEvent, Unreadable } from '../../../src/core/message.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { Store } from '../../../src/ports/store.ts';
import { type MatrixNames, matrix } from '../names.ts';
import { type RawEvent, sortRaw } from '../raw-event.ts';
import type { MatrixRequests } from '../requests.ts';
import { toEvent } from '../to-event.ts';
import { agentsThere } from './agents-there.ts';
import { type EncryptedRooms, encryptedRooms } from './encrypted-rooms.ts';
import type { Engine } from './engine.ts';
import { inTime } from './in-time.ts';
import type { Unsealed } from './unseal.ts';
import { keepShown, type Meant, makeVerifications } from './verifications.ts';
import { makeWaiting } from './waiting.ts';

/** What the homeserver gave, as far as it can be read now. */
export type Read =
  | { readonly kind: 'raw'; readonly raw: unknown }
  /** Its key may come in a moment. What becomes of it is delivered then. */
  | { readonly kind: 'later' }
  | { readonly kind: 'unreadable'; readonly event: ChatEvent };

/** Reads and writes in encrypted rooms as the agents that are there. The encryption library is loaded when it is first needed. */
export interface Cipher {
  /** Reads an event as it comes in: what is not encrypted is given back as it is. */
  read(raw: unknown): Promise<Read>;
  /** The same for what stands in a room's history; nothing is waited for. */
  readAgain(raw: unknown): Promise<Read>;
  /** Something may not have been delivered. */
  forget(): void;
  /** Before an agent comes into a room: if it is known to be encrypted, its people are to find the agent's keys. */
  beforeJoining(room: string, agent: AgentId): Promise<void>;
  /** An agent is in a room that is encrypted. */
  isIn(room: string, agent: AgentId): Promise<void>;
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
  /** Takes what could be read, or was given up, after a while. */
  readonly deliver: (event: ChatEvent) => Promise<void>;
}

export function makeCipher(options: CipherOptions): Cipher {
  const { names, clock, log, deliver } = options;
  const rooms = encryptedRooms(options);
  const agents = agentsThere(options);
  const verifications = makeVerifications(names);
  let loading: Promise<Engine> | null = null;
  const engine = (): Promise<Engine> => {
    loading ??= import('./engine.ts').then(({ makeEngine }) => makeEngine({ ...options, onMessages }));
    return loading;
  };

  const waiting = makeWaiting({
    clock,
    log,
    read: event => tryAgents(event, true),
    deliver: event => deliverRead(event),
    giveUp: (event, result) => deliver(unreadable(event, result)),
  });

  function onMessages(_agent: AgentId, messages: readonly Readonly<Record<string, unknown>>[]): void {
    for (const { type, content } of messages) {
      if (type !== 'm.room_key' && type !== 'm.forwarded_room_key') continue;
      const { room_id, session_id } = Object(content) as Record<string, unknown>;
      waiting.keyCame(room_id, session_id);
    }
  }

  /** Beside all else: a verification holds up nobody. It may come in the clear. */
  function lookForVerification(raw: unknown): void {
    const sorted = sortRaw(raw);
    const meant = sorted.kind === 'event' ? verifications.meant(sorted.event) : null;
    if (sorted.kind !== 'event' || meant === null || names.agent(sorted.event.sender) !== null) return;
    verify(sorted.event, meant).catch((error: unknown) =>
      log.warn({ err: error, agent: meant.agent }, 'A verification was broken off. The person may begin it anew.'),
    );
  }

  async function verify(event: RawEvent, { agent, flow }: Meant): Promise<void> {
    const shown = await (await engine()).verify(agent, event, flow);
    if (shown !== null) await keepShown(options.store, agent, { ...shown, at: clock.now() });
  }

  /** An agent comes in also where its keys can't be made yet: it is tried again with the first message. */
  async function prepare(agent: AgentId): Promise<void> {
    try {
      await (await engine()).prepare(agent);
    } catch (error) {
      log.warn({ err: error, agent }, 'The keys of an agent for encrypted rooms could not be made; it is tried again.');
    }
  }

  async function deliverRead(event: RawEvent): Promise<void> {
    const converted = toEvent(event, names, clock.now());
    if (converted.kind === 'event') await deliver(converted.event);
  }

  /** The first agent that has the key reads for all of them. */
  async function tryAgents(event: RawEvent, look: boolean): Promise<Unsealed> {
    let result: Unsealed = { kind: 'no key' };
    for (const agent of await agents.in(event.room_id)) {
      const tried = await (await engine()).unseal(agent, event, look);
      if (tried.kind === 'open') agents.prefer(event.room_id, agent);
      if (tried.kind === 'open' || tried.kind === 'broken') return tried;
      if (tried.kind === 'withheld') result = tried;
    }
    return result;
  }

  function unreadable(event: RawEvent, result: Unsealed): ChatEvent {
    const { event_id, room_id, sender, origin_server_ts } = event;
    const converted = toEvent(
      { event_id, room_id, sender, origin_server_ts, type: 'm.room.encrypted', content: {} },
      names,
      clock.now(),
    );
    if (converted.kind !== 'event') throw new TypeError('An encrypted event of somebody else is always told.');
    const told: Unreadable = { messageType: 'unreadable', why: reasons[result.kind], externalType: 'm.room.encrypted' };
    // The line with the event's own id is for the day when it can be read.
    return { ...converted.event, ...told, _id: messageId(matrix, `${event_id}~sealed`) } as ChatEvent;
  }

  /** Null: there is nothing to read in it. What our agents said is known. */
  function sealedEvent(raw: unknown): RawEvent | null {
    const sorted = sortRaw(raw);
    if (sorted.kind !== 'event' || sorted.event.type !== 'm.room.encrypted') return null;
    const { event } = sorted;
    if (event.state_key !== undefined || event.unsigned?.redacted_because !== undefined) return null;
    return names.agent(event.sender) === null ? event : null;
  }

  /** Anybody may put an encrypted event into a room that is none: only the room itself says whether it is. */
  async function noteSealed(room: string): Promise<void> {
    const [agent] = rooms.isEncrypted(room) ? [] : await agents.in(room);
    if (agent === undefined) return;
    // Where that can't be seen, nothing is said in the clear.
    await rooms.look(room, agent).catch(() => rooms.note(room));
  }

  async function readNow(event: RawEvent): Promise<Unsealed> {
    const early = await tryAgents(event, false);
    return early.kind === 'open' ? early : tryAgents(event, true);
  }

  return {
    async read(raw) {
      rooms.hear(raw);
      agents.hear(raw);
      const event = sealedEvent(raw);
      if (event === null) {
        lookForVerification(raw);
        return { kind: 'raw', raw };
      }
      const result = await inTime(
        clock,
        noteSealed(event.room_id).then(() => readNow(event)),
      ).catch((error: unknown): Unsealed => {
        log.warn({ err: error, event: event.event_id }, 'An encrypted message could not be read; it is tried again.');
        return { kind: 'no key' };
      });
      if (result.kind === 'open') {
        lookForVerification(result.event);
        return { kind: 'raw', raw: result.event };
      }
      if (result.kind !== 'broken' && waiting.add(event)) return { kind: 'later' };
      return { kind: 'unreadable', event: unreadable(event, result) };
    },
    async readAgain(raw) {
      const event = sealedEvent(raw);
      if (event === null) return { kind: 'raw', raw };
      if (waiting.isQuiet(event)) return { kind: 'later' };
      const result = await tryAgents(event, false);
      if (result.kind === 'open') return { kind: 'raw', raw: result.event };
      if (result.kind !== 'broken' && waiting.add(event)) return { kind: 'later' };
      return { kind: 'unreadable', event: unreadable(event, result) };
    },
    forget: rooms.forget,
    async beforeJoining(room, agent) {
      if (rooms.isEncrypted(room)) await prepare(agent);
    },
    async isIn(room, agent) {
      rooms.note(room);
      await prepare(agent);
    },
    async mustSeal(room, as, told) {
      if (told === true) rooms.note(room);
      if (rooms.isEncrypted(room)) return true;
      return told === null && rooms.look(room, as);
    },
    seal: given => seal({ rooms, names, clock, engine }, given),
    async remove(agent) {
      const identity = await options.store.collection('key_identities').get(agent);
      if (identity !== null) await (await engine()).remove(agent);
    },
    async close() {
      waiting.stop();
      await (await loading)?.close();
    },
  };
}

const reasons = {
  open: 'malformed',
  broken: 'malformed',
  'no key': 'no key',
  withheld: 'withheld',
} as const satisfies Record<Unsealed['kind'], Unreadable['why']>;

interface SealParts {
  readonly rooms: EncryptedRooms;
  readonly names: MatrixNames;
  readonly clock: Clock;
  readonly engine: () => Promise<Engine>;
}

async function seal({ rooms, names, clock, engine }: SealParts, { room, as, type, content }: Sealed) {
  rooms.note(room);
  const encryption = await rooms.encryption(room, as);
  const all = await rooms.readers(room, as);
  const readers = all.filter(id => names.agent(id) === null);
  return (await engine()).seal(as, { room, type, content, encryption, readers, now: clock.now() });
}
