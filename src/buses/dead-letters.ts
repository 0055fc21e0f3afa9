import { createHash } from 'node:crypto';
import type { DeadLetter } from '../core/dead-letter.ts';
import type { Draft } from '../core/document.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';

/** Puts what could not be handled into the store. */
export interface DeadLetters {
  /** Returns at once; `kept` is called when the letter is in the store, or can't be kept at all. */
  put(letter: Letter, kept: () => void): void;
  /** Resolves when no letter is being written. */
  written(): Promise<void>;
}

export type Letter = Pick<DeadLetter, 'group' | 'event' | 'raw' | 'error' | 'attempts'>;

export interface DeadLettersOptions {
  readonly store: Pick<Store, 'collection'>;
  readonly clock: Clock;
  readonly log: Log;
}

interface Waiting {
  readonly draft: Draft<DeadLetter>;
  readonly kept: () => void;
}

const atOnce = 100;
/** So many wait only where the store is gone for long, and then nothing can be kept anyway. */
const most = 10_000;
const againMs = 5_000;

/** Written in batches, one at a time; while the store fails they wait in memory, up to a bound. */
export function deadLetters({ store, clock, log }: DeadLettersOptions): DeadLetters {
  const waiting: Waiting[] = [];
  let busy = false;
  let writing = Promise.resolve();
  let cancelPause = (): void => {};

  async function writeAll(): Promise<void> {
    try {
      while (waiting.length > 0) {
        const batch = waiting.slice(0, atOnce);
        await store.collection('dead_letters').insert(batch.map(({ draft }) => draft));
        for (const { kept } of waiting.splice(0, batch.length)) kept();
      }
    } catch (error) {
      log.warn({ err: error, waiting: waiting.length }, 'Dead letters could not be stored; they are tried again.');
      cancelPause = clock.after(againMs, write);
    } finally {
      busy = false;
    }
  }

  function write(): void {
    cancelPause();
    if (busy) return;
    busy = true;
    writing = writeAll();
  }

  return {
    put(letter, kept) {
      const { event, group } = letter;
      const id = event?.id ?? `unreadable-${hashOf(letter.raw ?? '')}`;
      if (waiting.length >= most) {
        log.error({ group, event: id }, 'An event is lost: its subscriber fails, and so does the store.');
        return kept();
      }
      const draft = {
        ...letter,
        _id: `${group}/${id}`,
        topic: event?.topic ?? null,
        timestamp: clock.now(),
        retry: false,
      };
      waiting.push({ draft, kept });
      write();
    },
    written: () => writing,
  };
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 22);
