import { textContent } from '../e2e/driver/outgoing.ts';
import { type LoadedRoom, Progress } from './progress.ts';
import { type Speaker, sendForSure, within } from './send.ts';
import type { Fault } from './verify.ts';

/** What people have said in the crash test, and what came of it while it runs. */
export class Book {
  readonly rooms: LoadedRoom[] = [];
  readonly faults: Fault[] = [];
  readonly #progress = new Map<string, Progress>();
  readonly #isThere: () => boolean;
  sent = 0;

  /** `isThere`: whether Parley is there to answer. */
  constructor(isThere: () => boolean = () => true) {
    this.#isThere = isThere;
  }

  /** Looks again and again until there is something; null once Parley has been there for so long. Killed again and again it must begin again and again. */
  within<T>(patienceMs: number, look: () => T | undefined): Promise<T | null> {
    return within(patienceMs, look, this.#isThere);
  }

  add(room: LoadedRoom): void {
    this.rooms.push(room);
    this.#progress.set(room.id, new Progress(room));
  }

  /** Says something that is to be answered; gives its event id. `bodyFor` gets a word that makes it unlike all others. */
  async say(person: Speaker, room: string, bodyFor: (key: string) => string): Promise<{ id: string; body: string }> {
    this.sent += 1;
    const body = bodyFor(`k${this.sent}`);
    const id = await sendForSure(person, room, { type: 'm.room.message', content: textContent(body) });
    this.#of(room).expect(id, body);
    return { id, body };
  }

  /** How many answers are still to come: in one room, or in all. */
  waiting(room?: string): number {
    const asked = room === undefined ? [...this.#progress.values()] : [this.#of(room)];
    return asked.reduce((sum, progress) => sum + progress.waiting(), 0);
  }

  answered(): number {
    return [...this.#progress.values()].reduce((sum, progress) => sum + progress.answered(), 0);
  }

  isAnswered(room: string, to: string, by: string): boolean {
    return this.#of(room).isAnswered(to, by);
  }

  #of(room: string): Progress {
    const progress = this.#progress.get(room);
    if (progress === undefined) throw new Error(`nobody speaks in ${room}`);
    return progress;
  }
}

/** Something that people do again and again while Parley is killed. */
export interface Play {
  /** One time; ends by itself, also while Parley is away. Given is the step that is tried, or null. */
  readonly act: (step: string | null) => Promise<void>;
  /** How long they rest after it, in milliseconds. */
  readonly rest: readonly [least: number, most: number];
  /** The steps that it brings about, by how they begin: they don't rest while one of these is tried, and others rest longer. */
  readonly brings?: readonly string[];
}
