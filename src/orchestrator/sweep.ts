import type { Chat } from '../core/chat.ts';
import type { Turn } from '../core/turn.ts';
import { wakeMinds } from './attention/store-attention.ts';
import { expireAudit } from './audit/expire-audit.ts';
import { sweepBudgets } from './budgets/sweep-budgets.ts';
import { tellFloors } from './floor/tell-floors.ts';
import { newestLines, wakeAllUnheard, wakeUnheard } from './floor/wake-unheard.ts';
import { wakeViews } from './floor-view/work-floor-view.ts';
import type { Installation } from './installation.ts';
import { wakePassages } from './lifecycle/passage.ts';
import { reconcileChats } from './reconcile/reconcile-chats.ts';
import { wakeInvitations } from './reconcile/recover-invitations.ts';
import { wakeTasks } from './tasks/change-task.ts';
import { topics } from './topics.ts';
import { wakeEndings } from './turns/mend-ending.ts';

const everyMs = 60_000;
const reconcileEvery = 5;
/** The sweep compares the rooms in which something happened lately with the network. */
const recentMs = 15 * 60_000;
/** Every sweep looks at what came in since the last one but two; every fifth at what came in lately. */
const unheardMs = 3 * everyMs;
const page = 200;
const roomAgainMs = 100;

/**
 * Finds work whose wake-up was lost. At the start it wakes every chat, the latest first; later, once a minute, only those with unfinished
 * turns or lines that are not dealt with, and agents on their way in or out; and now and then it compares the active rooms with the network.
 */
export function startSweep(parley: Installation): () => void {
  let cancel = (): void => undefined;
  let count = 0;
  const again = (): void => {
    cancel = parley.clock.after(everyMs, () => {
      count += 1;
      sweep(parley, count % reconcileEvery === 0)
        .catch(error => parley.log.warn({ err: error }, 'A sweep failed; the next one tries again.'))
        .finally(again);
    });
  };
  again();
  return () => cancel();
}

async function sweep(parley: Installation, alsoNetwork: boolean): Promise<void> {
  for (const turn of await unfinishedTurns(parley)) wakeTurn(parley, turn);
  await wakeBesides(parley, alsoNetwork ? recentMs : unheardMs);
  await sweepBudgets(parley);
  if (!parley.crew.shared) await parley.bus.retryLetters();
  if (alsoNetwork) {
    await expireAudit(parley);
    await wakeMinds(parley);
    await reconcileChats(parley, recentMs);
  }
}

/** Wakes what is to be done beside turns, and rooms that have not dealt with what came in within this time. */
export async function wakeBesides(parley: Installation, withinMs = unheardMs): Promise<void> {
  wakePassages(parley);
  await wakeUnheard(parley, withinMs);
  await wakeEndings(parley);
  await wakeTasks(parley, false);
}

type Waking = Pick<Installation, 'store' | 'queue' | 'bus' | 'clock'>;

export async function unfinishedTurns({ store }: Pick<Waking, 'store'>): Promise<Turn[]> {
  const states = ['running', 'replied', 'queued'] as const;
  const found = states.map(state => store.collection('turns').find({ where: { state }, limit: 1000 }));
  return (await Promise.all(found)).flat();
}

/** What speaks beside the floor has nobody else who wakes it. */
export function wakeTurn({ queue }: Pick<Waking, 'queue'>, turn: Turn): void {
  if (turn.aside) queue.wake(topics.turns, turn._id);
  else queue.wake(topics.rooms, turn.chat);
}

/**
 * Wakes what is unfinished, every chat in which something happened lately, and those that have not dealt with all of their log: for when the
 * queue has forgotten all wake-ups.
 */
export async function wakeLately(parley: Installation): Promise<void> {
  for (const turn of await unfinishedTurns(parley)) wakeTurn(parley, turn);
  wakePassages(parley);
  await wakeInvitations(parley);
  await wakeViews(parley);
  await wakeEndings(parley);
  await wakeTasks(parley, true);
  await wakeMinds(parley);
  for (const chat of (await newestLines(parley, recentMs)).keys()) parley.queue.wake(topics.rooms, chat);
  await wakeAllUnheard(parley);
}

/** Wakes every chat, so that what came in before the process ended is dealt with; also those that so far are known only from the log. */
export async function wakeAll(parley: Waking & Pick<Installation, 'settings'>): Promise<void> {
  const { store, queue, settings, clock } = parley;
  const unfinished = await unfinishedTurns(parley);
  for (const turn of unfinished) if (turn.aside) wakeTurn(parley, turn);
  await tellFloors(parley, unfinished);
  await wakeTasks(parley, true);
  const newest = await store
    .collection('messages')
    .find({ orderBy: { field: 'createdAt', direction: 'desc' }, limit: 1000 });
  // Behind a busy room there are others; what is older than that is not answered any more.
  const lately = await newestLines(parley, Math.max(recentMs, settings.answerWithinMs));
  for (const chat of new Set([...newest.map(message => message.chat), ...lately.keys()]))
    queue.wake(topics.rooms, chat);
  let after: Chat | undefined;
  do {
    while (!queue.hasRoom()) await new Promise<void>(resolve => void clock.after(roomAgainMs, resolve));
    const chats: Chat[] = await store.collection('chats').find({
      orderBy: { field: 'lastActivity', direction: 'desc' },
      limit: page,
      ...(after ? { after } : {}),
    });
    for (const chat of chats) queue.wake(topics.rooms, chat._id);
    after = chats.length === page ? chats.at(-1) : undefined;
  } while (after);
}
