import { setTimeout as sleep } from 'node:timers/promises';
import { MatrixError } from '../../e2e/driver/matrix-http.ts';
import { textContent } from '../../e2e/driver/outgoing.ts';
import type { Person } from '../../e2e/driver/person.ts';
import type { RoomMessage } from '../../e2e/driver/room-view.ts';
import { reactForSure, sendForSure } from '../send.ts';
import { keyOf, wishFor } from './wish.ts';

export interface Errand {
  readonly key: string;
  readonly room: string;
  readonly person: Person;
}

/** Whether a message says that the errand is at its end, well or not. */
const tellsEnd = ({ body }: RoomMessage, key: string): boolean =>
  body.startsWith('**Task #') && keyOf(body) === key && /✅ complete|❌ failed|🚫 cancelled/.test(body);

interface Room {
  readonly id: string;
  readonly person: Person;
}

/** People who give agents tasks without a pause, a few at a time, and allow what they are asked for. */
export class Errands {
  readonly given: Errand[] = [];
  readonly #ended = new Set<string>();
  readonly #allowed = new Set<string>();
  #rooms: readonly Room[] = [];
  #stopped = false;
  #running: Promise<unknown> = Promise.resolve();

  start(rooms: readonly Room[], mostOpen: number): void {
    this.#rooms = rooms;
    this.#running = Promise.all(rooms.map(room => this.#goOn(room, mostOpen)));
  }

  /** Gives no more; what was given goes on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** How many had ended when the rooms were looked at last. */
  ended(): number {
    return this.#ended.size;
  }

  /** Waits until all are at their end; false where none came to it for `patienceMs`. Allows meanwhile what is asked for. */
  async drained(patienceMs: number): Promise<boolean> {
    for (let [last, since] = [-1, Date.now()]; this.ended() < this.given.length; await sleep(200)) {
      for (const room of this.#rooms) await this.#look(room);
      if (this.ended() !== last) [last, since] = [this.ended(), Date.now()];
      if (Date.now() - since > patienceMs) return false;
    }
    return true;
  }

  async #goOn(room: Room, mostOpen: number): Promise<void> {
    while (!this.#stopped) {
      await this.#look(room);
      const open = this.given.filter(errand => errand.room === room.id && !this.#ended.has(errand.key));
      if (open.length < mostOpen) await this.#give(room);
      await sleep(300);
    }
  }

  async #give({ id, person }: Room): Promise<void> {
    const key = `k${this.given.length + 1}`;
    this.given.push({ key, room: id, person });
    await sendForSure(person, id, { type: 'm.room.message', content: textContent(wishFor(key)) });
  }

  /** Sees what has ended, and puts a ✅ on what waits for it, once. */
  async #look({ id, person }: Room): Promise<void> {
    const messages = person.messages(id);
    for (const { key } of this.given)
      if (!this.#ended.has(key) && messages.some(message => tellsEnd(message, key))) this.#ended.add(key);
    for (const asked of messages.filter(({ body }) => body.includes('✋ May I'))) {
      if (this.#allowed.has(asked.id)) continue;
      await reactForSure(person, id, { target: asked.id, key: '✅' }).catch(unlessThere);
      this.#allowed.add(asked.id);
    }
  }
}

/** It has reacted before, and never heard so. */
function unlessThere(error: unknown): void {
  if (!(error instanceof MatrixError) || error.errcode !== 'M_DUPLICATE_ANNOTATION') throw error;
}
