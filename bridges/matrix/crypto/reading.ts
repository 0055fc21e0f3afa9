import { mayPass } from '../../../src/core/errors.ts';
import { type AgentId, messageId } from '../../../src/core/ids.ts';
import type { ChatEvent } from '../../../src/core/message.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { Store } from '../../../src/ports/store.ts';
import { type MatrixNames, matrix } from '../names.ts';
import type { RawEvent } from '../raw-event.ts';
import { toEvent } from '../to-event.ts';
import type { AgentsThere } from './agents-there.ts';
import type { EncryptedRooms } from './encrypted-rooms.ts';
import { inTime } from './in-time.ts';
import type { OpenedEngine } from './opened-engine.ts';
import { makePatience } from './patience.ts';
import type { DeviceMessage } from './poll.ts';
import { reasons, unreadable } from './sealed-event.ts';
import type { Unsealed } from './unseal.ts';
import { makeWaiting } from './waiting.ts';

/** What the homeserver gave, as far as it can be read now. */
export type Read =
  | { readonly kind: 'raw'; readonly raw: unknown }
  /** Its key may come in a moment. What becomes of it is delivered then. */
  | { readonly kind: 'later' }
  /** It is in the log already, as it was read before. */
  | { readonly kind: 'known'; readonly event: ChatEvent }
  | { readonly kind: 'unreadable'; readonly event: ChatEvent };

/** Reads encrypted events with the keys of the agents that are in their room. */
export interface Reading {
  /**
   * As it comes in: looks for its key, and has it wait where it has not come. Where too much of its sender could not be read lately, only the keys are
   * tried that are there.
   */
  read(event: RawEvent): Promise<Read>;
  /**
   * As it stands in a room's history: gives what reads a part of it, one event after another, with the keys that are there. Where the first is missing it
   * looks for what was sent meanwhile, once: else that would be read later, behind what was said after it. What is in the log is not read again, as a new
   * device can't; but whoever is there has a device when this is done.
   */
  again(): (event: RawEvent) => Promise<Read>;
  /** Hears what other devices have sent: keys may be among it. */
  onMessages(agent: AgentId, messages: readonly DeviceMessage[]): void;
  stop(): void;
}

export interface ReadingOptions {
  readonly store: Store;
  readonly names: MatrixNames;
  readonly clock: Clock;
  readonly log: Log;
  readonly rooms: EncryptedRooms;
  readonly agents: AgentsThere;
  readonly engine: OpenedEngine;
  /** Hears what could be read after a while: it may be a step of a verification. */
  readonly opened: (event: RawEvent) => void;
  /** Takes what could be read, or was given up, after a while. */
  readonly deliver: (event: ChatEvent) => Promise<void>;
}

/** As long as one message holds up the others, where there is no time to look for its key. */
const hurriedMs = 100;
/** As long as a message that can be read waits for those before it in its room whose keys have just come. */
const settledMs = 1_000;

export function makeReading(options: ReadingOptions): Reading {
  const { store, names, clock, log, rooms, agents, engine, opened, deliver } = options;
  const patience = makePatience(clock);
  const waiting = makeWaiting({
    clock,
    log,
    read: event => tryAgents(event, true),
    deliver: event => deliverRead(event),
    giveUp: (event, result) => deliver(failed(event, result)),
  });
  const settled = (room: string): Promise<void> =>
    inTime(clock, waiting.settled(room), settledMs).catch(() => undefined);
  const failed = (event: RawEvent, { kind }: Unsealed): ChatEvent =>
    unreadable(event, reasons[kind], { names, now: clock.now() });

  async function deliverRead(event: RawEvent): Promise<void> {
    opened(event);
    const converted = toEvent(event, names, clock.now());
    if (converted.kind === 'event') await deliver(converted.event);
  }

  /** The first agent that has the key reads for all of them. */
  async function tryAgents(event: RawEvent, look: boolean): Promise<Unsealed> {
    let result: Unsealed = { kind: 'no key' };
    for (const agent of await agents.in(event.room_id)) {
      const tried = await (await engine.get()).unseal(agent, event, look);
      if (tried.kind === 'open') agents.prefer(event.room_id, agent);
      if (tried.kind === 'open' || tried.kind === 'broken') return tried;
      if (tried.kind === 'withheld') result = tried;
    }
    return result;
  }

  async function readNow(event: RawEvent): Promise<Unsealed> {
    await noteSealed({ rooms, agents }, event.room_id);
    const early = await tryAgents(event, false);
    return early.kind === 'open' ? early : tryAgents(event, true);
  }

  function unreadYet(event: RawEvent, error: unknown): Unsealed {
    log.warn({ err: error, event: event.event_id }, 'An encrypted message could not be read; it is tried again.');
    return { kind: 'no key' };
  }

  /**
   * Who can read what was read before has the keys of its device. Who can't has a device by then all the same, a new one, as after a restore: what people
   * write next is for that one.
   */
  async function awaken(event: RawEvent): Promise<void> {
    try {
      await tryAgents(event, false);
    } catch (error) {
      log.warn(
        { err: error, room: event.room_id },
        'Agents in an encrypted room could not get their keys; it is tried again.',
      );
    }
  }

  function become(event: RawEvent, result: Unsealed, how?: 'not looked for'): Read {
    if (result.kind === 'open') {
      waiting.drop(event);
      return { kind: 'raw', raw: result.event };
    }
    if (result.kind !== 'broken' && waiting.add(event, how)) return { kind: 'later' };
    return { kind: 'unreadable', event: failed(event, result) };
  }

  return {
    async read(event) {
      const isLeft = patience.isLeft(event);
      const began = clock.now();
      const work = isLeft ? readNow(event) : tryAgents(event, false);
      const limit = isLeft ? undefined : hurriedMs;
      let isSenders = true;
      const result = await inTime(clock, work, limit).catch((error: unknown) => {
        // Nobody makes the homeserver go away by what they write.
        isSenders = !mayPass(error);
        return unreadYet(event, error);
      });
      if (result.kind === 'open') await settled(event.room_id);
      else if (isSenders) patience.spend(event, clock.now() - began);
      return become(event, result, isSenders ? undefined : 'not looked for');
    },
    again() {
      let hasLooked = false;
      let isAwake = false;
      return async event => {
        const line = await store.collection('messages').get(messageId(matrix, event.event_id));
        if (line !== null) {
          if (!isAwake) await awaken(event);
          isAwake = true;
          waiting.drop(event);
          return { kind: 'known', event: line };
        }
        isAwake = true;
        const early = await tryAgents(event, false);
        if (hasLooked || early.kind !== 'no key') return become(event, early);
        hasLooked = true;
        try {
          return become(event, await tryAgents(event, true));
        } catch (error) {
          return become(event, unreadYet(event, error), 'not looked for');
        }
      };
    },
    onMessages(_agent, messages) {
      for (const { type, content } of messages) {
        if (type !== 'm.room_key' && type !== 'm.forwarded_room_key') continue;
        const { room_id, session_id } = Object(content) as Record<string, unknown>;
        waiting.keyCame(room_id, session_id);
      }
    },
    stop: waiting.stop,
  };
}

/** Anybody may put an encrypted event into a room that is none: only the room itself says whether it is. */
async function noteSealed({ rooms, agents }: Pick<ReadingOptions, 'rooms' | 'agents'>, room: string): Promise<void> {
  const [agent] = (await rooms.isEncrypted(room)) ? [] : await agents.in(room);
  if (agent === undefined) return;
  // Where that can't be seen, nothing is said in the clear.
  await rooms.look(room, agent).catch(() => rooms.doubt(room));
}
