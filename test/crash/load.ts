import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientPath, MatrixError } from '../e2e/driver/matrix-http.ts';
import { textContent } from '../e2e/driver/outgoing.ts';
import type { Person } from '../e2e/driver/person.ts';
import { record } from '../e2e/driver/room-view.ts';
import { expectedSpeakers, nextMessage } from './exchange.ts';
import type { Random } from './random.ts';

export interface LoadedRoom {
  readonly id: string;
  readonly people: readonly Person[];
  /** The name of the agent in a dialogue. */
  readonly partner: string | undefined;
}

/** People who talk in rooms without a pause, but never far ahead of the answers. */
export class Load {
  readonly #rooms: readonly LoadedRoom[];
  readonly #random: Random;
  readonly #maxWaiting: number;
  readonly #progress = new Map<string, Progress>();
  #running: Promise<unknown> = Promise.resolve();
  #stopped = false;
  sent = 0;

  constructor(rooms: readonly LoadedRoom[], random: Random, maxWaiting = 4) {
    this.#rooms = rooms;
    this.#random = random;
    this.#maxWaiting = maxWaiting;
    for (const room of rooms) this.#progress.set(room.id, new Progress(room));
  }

  start(): void {
    this.#stopped = false;
    this.#running = Promise.all(this.#rooms.map(room => this.#talk(room)));
  }

  /** Ends the talking; what was said may still wait for its answer. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** How many answers are still to come. */
  waiting(): number {
    return [...this.#progress.values()].reduce((sum, progress) => sum + progress.waiting(), 0);
  }

  answered(): number {
    return [...this.#progress.values()].reduce((sum, progress) => sum + progress.answered(), 0);
  }

  /** Waits for the next answer, or for this long. */
  async progressed(patienceMs: number): Promise<void> {
    const [before, end] = [this.answered(), Date.now() + patienceMs];
    while (this.answered() === before && Date.now() < end) await sleep(50);
  }

  /** Waits until all is answered; false where nothing moved for `patienceMs`. */
  async drained(patienceMs: number): Promise<boolean> {
    let [last, since] = [this.answered(), Date.now()];
    while (this.waiting() > 0) {
      await sleep(50);
      const now = this.answered();
      if (now !== last) [last, since] = [now, Date.now()];
      if (Date.now() - since > patienceMs) return false;
    }
    return true;
  }

  async #talk(room: LoadedRoom): Promise<void> {
    const progress = this.#progress.get(room.id);
    while (!this.#stopped && progress !== undefined) {
      if (progress.waiting() >= this.#maxWaiting) {
        await sleep(25);
        continue;
      }
      this.sent += 1;
      const body = nextMessage(this.#random, { dialogue: room.partner !== undefined }, `k${this.sent}`);
      const id = await sendForSure(this.#random.pick(room.people), room.id, body);
      progress.expect(id, body);
      await sleep(this.#random.between(10, 250));
    }
  }
}

/** How far the answers in one room have come. */
class Progress {
  readonly #room: LoadedRoom;
  readonly #wanted = new Set<string>();
  readonly #complete = new Set<string>();
  #next = 0;

  constructor(room: LoadedRoom) {
    this.#room = room;
  }

  expect(trigger: string, body: string): void {
    for (const name of expectedSpeakers(body, this.#room.partner)) this.#wanted.add(`${trigger} ${name.toLowerCase()}`);
  }

  waiting(): number {
    this.#read();
    return [...this.#wanted].filter(key => !this.#complete.has(key)).length;
  }

  answered(): number {
    this.#read();
    return this.#complete.size;
  }

  #read(): void {
    const events = this.#room.people[0]?.view(this.#room.id).events ?? [];
    for (; this.#next < events.length; this.#next += 1) {
      const event = events[this.#next];
      const mark = record((record(event?.content['m.new_content']) ?? event?.content)?.['net.parley']);
      const name = /^@agent-(\w+):/.exec(event?.sender ?? '')?.[1];
      if (mark?.state !== 'complete' || name === undefined) continue;
      const key = `${String(mark.trigger)} ${name}`;
      this.#complete.add(key);
      this.#wanted.delete(key);
    }
  }
}

/** Sends the same message again until the homeserver says that it has it. */
async function sendForSure(person: Person, room: string, body: string): Promise<string> {
  const path = clientPath('rooms', room, 'send', 'm.room.message', randomUUID());
  for (;;) {
    try {
      return (await person.request<{ event_id: string }>('PUT', path, { body: textContent(body) })).event_id;
    } catch (error) {
      if (error instanceof MatrixError && error.status < 500) throw error;
      await sleep(200);
    }
  }
}
