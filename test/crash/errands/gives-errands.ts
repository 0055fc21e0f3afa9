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

/** People who give agents tasks without a pause, a few at a time, and allow what they are asked for. */
export class Errands {
  readonly given: Errand[] = [];
  #stopped = false;
  #running: Promise<unknown> = Promise.resolve();

  start(rooms: readonly { readonly id: string; readonly person: Person }[], mostOpen: number): void {
    this.#running = Promise.all(rooms.map(room => this.#goOn(room, mostOpen)));
  }

  /** Gives no more; what was given goes on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  ended(): number {
    return this.given.filter(isAtEnd).length;
  }

  /** Waits until all are at their end; false where none came to it for `patienceMs`. Allows meanwhile what is asked for. */
  async drained(patienceMs: number): Promise<boolean> {
    for (let [last, since] = [-1, Date.now()]; this.ended() < this.given.length; await sleep(200)) {
      for (const errand of this.given) await allow(errand);
      if (this.ended() !== last) [last, since] = [this.ended(), Date.now()];
      if (Date.now() - since > patienceMs) return false;
    }
    return true;
  }

  async #goOn({ id, person }: { readonly id: string; readonly person: Person }, mostOpen: number): Promise<void> {
    while (!this.#stopped) {
      const mine = this.given.filter(({ room }) => room === id);
      for (const errand of mine) await allow(errand);
      if (mine.filter(errand => !isAtEnd(errand)).length < mostOpen) await this.#give(id, person);
      await sleep(300);
    }
  }

  async #give(room: string, person: Person): Promise<void> {
    const key = `k${this.given.length + 1}`;
    this.given.push({ key, room, person });
    await sendForSure(person, room, { type: 'm.room.message', content: textContent(wishFor(key)) });
  }
}

const isAtEnd = ({ key, room, person }: Errand): boolean =>
  person.messages(room).some(message => tellsEnd(message, key));

/** ✅ on what waits for it, once. */
async function allow({ room, person }: Errand): Promise<void> {
  const view = person.view(room);
  const asked = view.messages().filter(({ body }) => body.includes('✋ May I'));
  for (const { id } of asked)
    if (!view.reactions(id).some(({ sender }) => sender === person.id))
      await reactForSure(person, room, { target: id, key: '✅' }).catch(unlessThere);
}

/** Its client has not seen yet that it has reacted. */
function unlessThere(error: unknown): void {
  if (!(error instanceof MatrixError) || error.errcode !== 'M_DUPLICATE_ANNOTATION') throw error;
}
