import type { DeadLetter } from '../core/dead-letter.ts';
import type { DomainEvent } from '../core/events/event.ts';
import { readEvent } from '../core/events/read-event.ts';
import type { DeadLettersOptions } from './dead-letters.ts';
import type { Kept } from './line.ts';

/** Puts an event to a group again; false where another process has its key. */
type Push = (event: DomainEvent, kept: Kept) => boolean;

const atOnce = 100;

/**
 * Puts the dead letters that somebody wants to be tried again to their groups. A letter is marked as tried before, and deleted when its
 * event was handled: what fails again, or is cut off, is still there.
 */
export async function retryLetters(
  { store, log }: DeadLettersOptions,
  groupOf: (name: string) => Push | null,
): Promise<void> {
  const letters = store.collection('dead_letters');
  const wanted = await letters.find({ where: { retry: true }, limit: atOnce });
  for (const letter of wanted) {
    const push = groupOf(letter.group);
    if (push === null) continue;
    const event = letter.event ?? parse(letter.raw);
    const claimed = await letters.replace({ ...letter, retry: false });
    if (claimed === null || event === null) continue;
    const kept: Kept = handled => {
      if (handled) void letters.delete(letter._id).catch(error => log.warn({ err: error }, 'A dead letter stays.'));
    };
    if (!push(event, kept)) await letters.replace({ ...claimed, retry: true });
  }
}

function parse(raw: DeadLetter['raw']): DomainEvent | null {
  try {
    return readEvent(JSON.parse(raw ?? ''));
  } catch {
    return null;
  }
}
