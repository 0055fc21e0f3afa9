import type { LetterChoice, Main } from '../cli/main-functions.ts';
import type { DeadLetter } from '../core/dead-letter.ts';
import type { Collection, Store } from '../ports/store.ts';
import { systemClock } from '../system-clock.ts';
import { withStore } from './open-store.ts';

const page = 200;

export const listDeadLetters: Main['listDeadLetters'] = ({ config, group, after, limit }) =>
  withStore({ config, clock: systemClock }, async store => {
    if (store === null) return [];
    const letters = store.collection('dead_letters');
    const last = after === null ? undefined : await letters.get(after);
    if (last === null) return null;
    return letters.find({ ...inOrder(group), limit, ...(last === undefined ? {} : { after: last }) });
  });

export const changeDeadLetters: Main['changeDeadLetters'] = ({ config, choice, verb }) =>
  withStore({ config, clock: systemClock }, async store => {
    if (store === null) return 0;
    let count = 0;
    for await (const letter of chosen(store, choice))
      if (await change(store.collection('dead_letters'), letter, verb)) count += 1;
    return count;
  });

async function change(letters: Collection<DeadLetter>, letter: DeadLetter, verb: 'retry' | 'drop'): Promise<boolean> {
  if (verb === 'drop') return letters.delete(letter._id);
  return letter.retry || (await letters.replace({ ...letter, retry: true })) !== null;
}

async function* chosen(store: Store, choice: LetterChoice): AsyncGenerator<DeadLetter> {
  const letters = store.collection('dead_letters');
  if ('id' in choice) {
    const letter = await letters.get(choice.id);
    if (letter !== null) yield letter;
    return;
  }
  let after: DeadLetter | undefined;
  do {
    const found: DeadLetter[] = await letters.find({
      ...inOrder(choice.group),
      limit: page,
      ...(after ? { after } : {}),
    });
    yield* found;
    after = found.length === page ? found.at(-1) : undefined;
  } while (after);
}

const inOrder = (group: string | null) =>
  ({
    orderBy: { field: 'timestamp', direction: 'asc' },
    ...(group === null ? {} : { where: { group } }),
  }) as const;
