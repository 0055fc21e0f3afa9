import type { Clock } from '../../../src/ports/clock.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { RawEvent } from '../raw-event.ts';
import type { Unsealed } from './unseal.ts';

/** Events whose key has not come yet. */
export interface Waiting {
  /** Looks for the key again and again, ever more seldom. False where too many wait already. */
  add(event: RawEvent): boolean;
  /** Whether the event waits, and nobody was told of it so far. */
  isQuiet(event: RawEvent): boolean;
  /** A key has come: what waits for it is read at once. */
  keyCame(room: unknown, session: unknown): void;
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
  /** The room and the id: anybody may name the session of somebody else, and then waits apart. */
  readonly place: string;
  readonly events: Map<string, RawEvent>;
  tries: number;
  told: boolean;
  busy: boolean;
  cancel: () => void;
}

/** One key opens all messages of its session, so they wait together. */
export function makeWaiting({ clock, log, read, deliver, giveUp }: WaitingOptions): Waiting {
  const sessions = new Map<string, Session>();
  let stopped = false;

  function schedule(name: string, session: Session): void {
    const pause = pauses[session.tries];
    session.cancel();
    if (stopped || session.events.size === 0 || pause === undefined) return void sessions.delete(name);
    session.cancel = clock.after(pause, () => void again(name, session));
  }

  async function again(name: string, session: Session): Promise<void> {
    if (session.busy) return;
    session.busy = true;
    session.tries += 1;
    try {
      const failed = await readAll(session);
      if (failed !== null && !session.told && session.tries >= quietTries) {
        await giveUp(failed.event, failed.result);
        session.told = true;
      }
    } catch (error) {
      log.warn({ err: error }, 'Messages that wait for their key could not be looked at; it is tried again.');
    }
    session.busy = false;
    schedule(name, session);
  }

  /** Those that can be read are delivered, in order. Gives the first that can't. */
  async function readAll(session: Session): Promise<{ event: RawEvent; result: Unsealed } | null> {
    let failed: { event: RawEvent; result: Unsealed } | null = null;
    for (const [id, event] of session.events) {
      const result = await read(event);
      if (result.kind === 'open') {
        await deliver(result.event);
        session.events.delete(id);
      } else failed ??= { event, result };
      // The others of the session can't be read either.
      if (result.kind === 'no key' || result.kind === 'withheld') break;
    }
    return failed;
  }

  return {
    add(event) {
      const name = nameOf(event);
      const known = sessions.get(name);
      const isFull = known === undefined ? !hasRoomFor(sessions, event.sender) : known.events.size >= mostEvents;
      const isOver = countOf(ofSender(sessions, event.sender)) >= mostEventsOfSender;
      if (stopped || isFull || isOver || countOf([...sessions.values()]) >= mostInAll) return false;
      const session = known ?? begun(event);
      session.events.set(event.event_id, event);
      sessions.set(name, session);
      if (known === undefined) schedule(name, session);
      return true;
    },
    isQuiet(event) {
      const session = sessions.get(nameOf(event));
      return session?.events.has(event.event_id) === true && !session.told;
    },
    keyCame(room, session) {
      const place = placeOf(room, session);
      for (const [name, waiting] of sessions) if (waiting.place === place) void again(name, waiting);
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
  place: placeOf(room_id, content.session_id),
  events: new Map(),
  tries: 0,
  told: false,
  busy: false,
  cancel: () => undefined,
});

function hasRoomFor(sessions: ReadonlyMap<string, Session>, sender: string): boolean {
  return sessions.size < mostSessions && ofSender(sessions, sender).length < mostOfSender;
}

const ofSender = (sessions: ReadonlyMap<string, Session>, sender: string): Session[] =>
  [...sessions.values()].filter(session => session.sender === sender);

const countOf = (sessions: readonly Session[]): number => sessions.reduce((sum, { events }) => sum + events.size, 0);

const placeOf = (room: unknown, session: unknown): string => JSON.stringify([room, session]);
const nameOf = ({ room_id, content, sender }: RawEvent): string =>
  JSON.stringify([room_id, content.session_id, sender]);
