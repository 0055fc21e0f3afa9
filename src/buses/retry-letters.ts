import type { DeadLetter } from '../core/dead-letter.ts';
import type { DomainEvent } from '../core/events/event.ts';
import { parseEvent, readEvent } from '../core/events/read-event.ts';
import type { Collection } from '../ports/store.ts';
import type { DeadLettersOptions } from './dead-letters.ts';
import type { Kept } from './line.ts';

/** Puts an event to a group again; false where another process has got its key meanwhile. */
type Push = (event: DomainEvent, kept: Kept) => boolean;

/** So many are put to their groups at once, lest these fall behind; and so many are read at once. */
const atOnce = 100;

/**
 * Puts the dead letters that somebody wants to be tried again to their groups, as far as these handle them here (`pushFor`; null: elsewhere). A letter is
 * marked as tried before, and deleted when its event was handled: what fails again, or is cut off, is still there.
 */
export async function retryLetters(
  { store, log }: DeadLettersOptions,
  pushFor: (group: string, event: DomainEvent) => Push | null,
): Promise<void> {
  const letters = store.collection('dead_letters');
  let pushed = 0;
  for await (const letter of marked(letters)) {
    if (pushed >= atOnce) return;
    // It may have been kept by a Parley whose events looked otherwise.
    const event = letter.event === null ? parseEvent(letter.raw ?? '') : readEvent(letter.event);
    const push = event === null ? null : pushFor(letter.group, event);
    if (event !== null && push === null) continue;
    const claimed = await letters.replace({ ...letter, retry: false });
    if (claimed === null) continue;
    if (event === null || push === null) {
      log.warn({ letter: letter._id }, 'A dead letter is no event that this Parley knows; it stays.');
      continue;
    }
    const kept: Kept = handled => {
      if (handled) void letters.delete(letter._id).catch(error => log.warn({ err: error }, 'A dead letter stays.'));
    };
    if (push(event, kept)) pushed += 1;
    else await letters.replace({ ...claimed, retry: true });
  }
}

/** All that are to be tried again: whatever nobody takes here must not hide the others. */
async function* marked(letters: Collection<DeadLetter>): AsyncGenerator<DeadLetter> {
  let after: DeadLetter | undefined;
  do {
    const page: DeadLetter[] = await letters.find({
      where: { retry: true },
      limit: atOnce,
      ...(after ? { after } : {}),
    });
    yield* page;
    after = page.length === atOnce ? page.at(-1) : undefined;
  } while (after);
}
