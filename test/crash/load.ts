import { setTimeout as sleep } from 'node:timers/promises';
import type { Book, Play } from './book.ts';
import type { Random } from './random.ts';

/** How soon those who rest see that it is over, or that somebody is in a hurry. */
const longestLookMs = 50;

/** People who are at it without a pause, but never far ahead of the answers. */
export class Load {
  readonly book: Book;
  readonly #plays: readonly Play[];
  readonly #random: Random;
  #running: Promise<unknown> = Promise.resolve();
  #stopped = false;
  #focus: string | null = null;

  constructor(book: Book, plays: readonly Play[], random: Random) {
    this.book = book;
    this.#plays = plays;
    this.#random = random;
  }

  /** Everybody begins at once, or after a rest. */
  start({ rested = true }: { readonly rested?: boolean } = {}): void {
    this.#stopped = false;
    this.#running = Promise.all(this.#plays.map(play => this.#goOn(play, rested)));
  }

  /** Ends it; what was said may still wait for its answer. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** Whoever brings this step about is in a hurry from now on; null: nobody is. */
  focus(step: string | null): void {
    this.#focus = step;
  }

  /** Waits for the next answer, or for this long. */
  async progressed(patienceMs: number): Promise<void> {
    const [before, end] = [this.book.answered(), Date.now() + patienceMs];
    while (this.book.answered() === before && Date.now() < end) await sleep(50);
  }

  /** Waits until all is answered; false where nothing moved for `patienceMs`. */
  async drained(patienceMs: number): Promise<boolean> {
    let [last, since] = [this.book.answered(), Date.now()];
    while (this.book.waiting() > 0) {
      await sleep(50);
      const now = this.book.answered();
      if (now !== last) [last, since] = [now, Date.now()];
      if (Date.now() - since > patienceMs) return false;
    }
    return true;
  }

  async #goOn(play: Play, rested: boolean): Promise<void> {
    if (!rested) await this.#restOf(play);
    while (!this.#stopped) {
      await play.act(this.#focus);
      await this.#restOf(play);
    }
  }

  async #restOf(play: Play): Promise<void> {
    const begun = Date.now();
    const rest = this.#random.between(...play.rest);
    const left = (): number => begun + rest * this.#patienceOf(play) - Date.now();
    while (!this.#stopped && left() > 0) await sleep(Math.min(longestLookMs, Math.max(10, left())));
  }

  /** Who brings the step about that is tried is in a hurry, and the others leave them the machine. */
  #patienceOf(play: Play): number {
    if (this.#focus === null || !this.#plays.some(one => brings(one, this.#focus))) return 1;
    return brings(play, this.#focus) ? 0 : 5;
  }
}

const brings = (play: Play, step: string | null): boolean =>
  step !== null && (play.brings ?? []).some(beginning => step.startsWith(beginning));
