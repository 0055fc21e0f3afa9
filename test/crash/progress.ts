import { type Content, type MatrixEvent, record } from '../e2e/driver/room-view.ts';
import { calledInAnswer, expectedSpeakers } from './exchange.ts';
import type { Speaker } from './send.ts';

export interface LoadedRoom {
  readonly id: string;
  readonly people: readonly Speaker[];
  /** The name of the agent in a dialogue. */
  readonly partner: string | undefined;
}

/** How far the answers in one room have come, also those of colleagues to whom an answer hands over. */
export class Progress {
  readonly #room: LoadedRoom;
  readonly #wanted = new Set<string>();
  readonly #complete = new Set<string>();
  readonly #handsOver = new Map<string, string>();
  #next = 0;

  constructor(room: LoadedRoom) {
    this.#room = room;
  }

  expect(trigger: string, body: string): void {
    const called = calledInAnswer(body);
    for (const name of expectedSpeakers(body, this.#room.partner)) {
      if (called !== undefined) this.#handsOver.set(keyOf(trigger, name), called);
      this.#want(trigger, name);
    }
  }

  waiting(): number {
    this.#read();
    return this.#wanted.size;
  }

  answered(): number {
    this.#read();
    return this.#complete.size;
  }

  isAnswered(trigger: string, name: string): boolean {
    this.#read();
    return this.#complete.has(keyOf(trigger, name));
  }

  #want(trigger: string, name: string): void {
    const key = keyOf(trigger, name);
    if (!this.#complete.has(key)) this.#wanted.add(key);
  }

  #read(): void {
    const events = this.#room.people[0]?.view(this.#room.id).events ?? [];
    for (; this.#next < events.length; this.#next += 1) this.#take(events[this.#next]);
  }

  #take(event: MatrixEvent | undefined): void {
    const content = record(event?.content['m.new_content']) ?? event?.content;
    const mark = record(content?.['net.parley']);
    const name = /^@(?:agent-)?(\w+):/.exec(event?.sender ?? '')?.[1];
    if (event === undefined || mark?.state !== 'complete' || name === undefined) return;
    const key = keyOf(String(mark.trigger), name);
    this.#complete.add(key);
    this.#wanted.delete(key);
    const called = this.#handsOver.get(key);
    if (called !== undefined) this.#want(rootOf(event), called);
  }
}

const keyOf = (trigger: string, name: string): string => `${trigger} ${name.toLowerCase()}`;

/** The message itself, where this is an edit of it. */
function rootOf({ event_id, content }: { readonly event_id: string; readonly content: Content }): string {
  const relation = record(content['m.relates_to']);
  return relation?.rel_type === 'm.replace' ? String(relation.event_id) : event_id;
}
