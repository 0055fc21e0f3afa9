import { mayPass } from '../../../src/core/errors.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { RawEvent } from '../raw-event.ts';
import type { Unsealed } from './unseal.ts';

/** Events whose key has not come yet. What can be read at last is delivered in the order in which it was said in its room. */
export interface Waiting {
  /**
   * Looks for the key again and again, ever more seldom; `not looked for`: so far nobody could. What waits already stays where it is. False where
   * too many wait already.
   */
  add(event: RawEvent, how?: 'not looked for'): boolean;
  /** It could be read elsewhere. */
  drop(event: RawEvent): void;
  /** A key has come: what waits for it is read at once. */
  keyCame(room: unknown, session: unknown): void;
  /** Resolves when what is there in a room whose key has come, or that nobody could look for, is delivered, or can't be read for now. */
  settled(room: string): Promise<void>;
  stop(): void;
}

export interface WaitingOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Tries to read an event. */
  readonly read: (event: RawEvent) => Promise<Unsealed>;
  /** Gives on what could be read at last. */
  readonly deliver: (event: RawEvent) => Promise<void>;
  /** Tells that an event can't be read, after a while in which it was tried in silence. */
  readonly giveUp: (event: RawEvent, result: Unsealed) => Promise<void>;
}

/** After so many ms it is tried again; then once more after the last of them, and so on, until the key is not expected any more. */
const pauses = [600, 1_200, 2_400, 5_000, 10_000, 30_000, 60_000, 120_000, 240_000];
/** After so many tries in silence people are told. */
const quietTries = 3;
const mostSessions = 500;
/** So that nobody takes the place of all others: sessions, messages in all of them, and messages in one. */
const mostOfSender = 50;
const mostEventsOfSender = 200;
const mostEvents = 100;
/** Each may have 64 KiB, and whoever is in a room can make some that nobody will ever read. */
const mostInAll = 1_000;

interface Session {
  readonly sender: string;
  readonly room: string;
  /** Of its room: anybody may name the session of somebody else, and then waits apart. */
  readonly id: unknown;
  readonly events: Map<string, Waits>;
  tries: number;
  told: boolean;
  /** Whether it is to be read with the next pass through the room. */
  isDue: boolean;
  /** Whether there may be a key that nobody could look for. */
  isUnsure: boolean;
  cancel: () => void;
}

interface Waits {
  readonly event: RawEvent;
  readonly session: Session;
  /** In the order in which they came. */
  readonly place: number;
  /** How often Parley failed at it once it could be read. */
  faults: number;
}

/** What could not be read of a session. */
type Failures = Map<Session, { readonly event: RawEvent; readonly result: Unsealed }>;

/** One key opens all messages of its session, so they wait together. */
export function makeWaiting({ clock, log, read, deliver, giveUp }: WaitingOptions): Waiting {
  const sessions = new Map<string, Session>();
  const passes = new Map<string, Promise<void>>();
  let places = 0;
  let stopped = false;

  function schedule(name: string, session: Session): void {
    const pause = pauses[session.tries];
    session.cancel();
    if (stopped || session.events.size === 0 || pause === undefined) return void sessions.delete(name);
    session.cancel = clock.after(pause, () => {
      session.isDue = true;
      void pass(session.room);
    });
  }

  /** What is kept back by the store or the homeserver is no key that never comes: it is tried until they are there again. */
  function keep(session: Session): void {
    session.tries = Math.min(session.tries, pauses.length - 1);
  }

  const dueIn = (room: string): [name: string, session: Session][] =>
    [...sessions].filter(([, session]) => session.room === room && session.isDue);

  /** Reads what is due in a room; one pass at a time. */
  function pass(room: string): Promise<void> {
    const known = passes.get(room);
    if (known !== undefined) return known;
    // Not at once: several keys may have come together.
    const begun = Promise.resolve()
      .then(() => passThrough(room))
      .finally(() => passes.delete(room));
    passes.set(room, begun);
    return begun;
  }

  async function passThrough(room: string): Promise<void> {
    for (let due = dueIn(room); due.length > 0; due = dueIn(room)) {
      for (const [, session] of due)
        Object.assign(session, { isDue: false, isUnsure: false, tries: session.tries + 1 });
      try {
        await tell(await readAll(due.map(([, session]) => session)));
      } catch (error) {
        // Only what may pass comes here.
        log.warn({ err: error }, 'Messages that wait for their key could not be looked at; it is tried again.');
        for (const [, session] of due) keep(session);
      }
      for (const [name, session] of due) schedule(name, session);
    }
  }

  async function tell(failures: Failures): Promise<void> {
    for (const [session, { event, result }] of failures) {
      if (session.told || session.tries < quietTries) continue;
      await tellOf(event, result);
      session.told = true;
    }
  }

  /** That an event can't be read. Rejects where that may pass; a fault of Parley's is no reason to try it for ever. */
  async function tellOf(event: RawEvent, result: Unsealed): Promise<void> {
    try {
      await giveUp(event, result);
    } catch (error) {
      if (mayPass(error)) throw error;
      log.error({ err: error, event: event.event_id }, 'Nobody could be told of a message that can not be read.');
    }
  }

  /** Gives on what could be read. Rejects where that may pass; what Parley fails at again and again is told, and holds up no other. */
  async function handOn(waits: Waits, opened: RawEvent): Promise<void> {
    const { event, session } = waits;
    try {
      await deliver(opened);
    } catch (error) {
      if (mayPass(error)) throw error;
      waits.faults += 1;
      log.error({ err: error, event: event.event_id }, 'Parley failed at a message whose key came late.');
      if (waits.faults < quietTries) return keep(session);
      await tellOf(event, { kind: 'broken', why: 'Parley failed at it' });
    }
    session.events.delete(event.event_id);
  }

  /** Those that can be read are delivered, in order. Gives the first of each session that can't. */
  async function readAll(due: readonly Session[]): Promise<Failures> {
    const failures: Failures = new Map();
    const closed = new Set<Session>();
    const events = due.flatMap(({ events }) => [...events.values()]).sort((one, other) => one.place - other.place);
    for (const waits of events) {
      const { event, session } = waits;
      if (closed.has(session)) continue;
      const result = await readOne(event);
      if (result === null) keep(session);
      if (result?.kind === 'open') {
        await handOn(waits, result.event);
        continue;
      }
      if (result !== null && !failures.has(session)) failures.set(session, { event, result });
      // The others of the session can't be read either.
      if (result?.kind !== 'broken') closed.add(session);
    }
    return failures;
  }

  /** Null where it could not be looked at for now. */
  async function readOne(event: RawEvent): Promise<Unsealed | null> {
    try {
      return await read(event);
    } catch (error) {
      log.warn({ err: error, event: event.event_id }, 'A message that waits for its key could not be looked at.');
      return mayPass(error) ? null : { kind: 'no key' };
    }
  }

  return {
    add(event, how) {
      const name = nameOf(event);
      const known = sessions.get(name);
      if (known?.events.has(event.event_id) === true) return true;
      const isFull = known === undefined ? !hasRoomFor(sessions, event.sender) : known.events.size >= mostEvents;
      const isOver = countOf(ofSender(sessions, event.sender)) >= mostEventsOfSender;
      if (stopped || isFull || isOver || countOf([...sessions.values()]) >= mostInAll) return false;
      const session = known ?? begun(event);
      places += 1;
      session.events.set(event.event_id, { event, session, place: places, faults: 0 });
      session.isUnsure ||= how === 'not looked for';
      sessions.set(name, session);
      if (known === undefined) schedule(name, session);
      return true;
    },
    drop: event => void sessions.get(nameOf(event))?.events.delete(event.event_id),
    keyCame(room, id) {
      for (const session of sessions.values())
        if (session.room === room && session.id === id) {
          session.isDue = true;
          void pass(session.room);
        }
    },
    async settled(room) {
      for (const session of sessions.values()) if (session.room === room && session.isUnsure) session.isDue = true;
      if (dueIn(room).length > 0) await pass(room);
      else await passes.get(room);
    },
    stop() {
      stopped = true;
      for (const session of sessions.values()) session.cancel();
      sessions.clear();
    },
  };
}

const begun = ({ sender, room_id, content }: RawEvent): Session => ({
  sender,
  room: room_id,
  id: content.session_id,
  events: new Map(),
  tries: 0,
  told: false,
  isDue: false,
  isUnsure: false,
  cancel: () => undefined,
});

function hasRoomFor(sessions: ReadonlyMap<string, Session>, sender: string): boolean {
  return sessions.size < mostSessions && ofSender(sessions, sender).length < mostOfSender;
}

const ofSender = (sessions: ReadonlyMap<string, Session>, sender: string): Session[] =>
  [...sessions.values()].filter(session => session.sender === sender);

const countOf = (sessions: readonly Session[]): number => sessions.reduce((sum, { events }) => sum + events.size, 0);

const nameOf = ({ room_id, content, sender }: RawEvent): string =>
  JSON.stringify([room_id, content.session_id, sender]);
