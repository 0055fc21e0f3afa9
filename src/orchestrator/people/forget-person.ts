import type { Document } from '../../core/document.ts';
import { bridgeOf, externalIdOf, foreignMember, type MemberId, type MessageId, type TaskId } from '../../core/ids.ts';
import type { Message } from '../../core/message.ts';
import type { TaskCard } from '../../core/tasks/task-card.ts';
import { readIn, type TaskStep } from '../../core/tasks/task-step.ts';
import type { Turn } from '../../core/turn.ts';
import type { Collection, CollectionName, Store, Stored } from '../../ports/store.ts';
import { copiedCollections, readAll } from '../backup/read-installation.ts';
import { mentions, renamed } from './about-person.ts';
import { askedFor } from './export-data.ts';
import {
  type Forgetting,
  forgottenDocument,
  forgottenLine,
  forgottenStep,
  forgottenTurn,
} from './forgotten-documents.ts';

/** How many documents of each collection. */
export type Touched = Readonly<Partial<Record<CollectionName, number>>>;

export interface ForgetPass {
  readonly touched: Touched;
  /** Answers that were being made, and are only asked to stop: another pass forgets them. */
  readonly unfinished: number;
}

const mark = 'forgetting:';

/** Begins to forget, or goes on where that was broken off: the same stand-in all the time. `chance` makes a new one. */
export async function beginForgetting(store: Store, person: MemberId, chance: string): Promise<Forgetting> {
  const settings = store.collection('settings');
  const _id = `${mark}${person}`;
  await settings.insert([{ _id, value: `@forgotten-${chance}` }]);
  const standIn = (await settings.get(_id))?.value ?? `@forgotten-${chance}`;
  return { person, address: externalIdOf(person), standIn };
}

/** Nothing tells any more who the stand-in was; the audit says that somebody was forgotten. */
export async function endForgetting(store: Store, { person, standIn }: Forgetting, now: number): Promise<void> {
  const _id = `PersonForgotten:${standIn}`;
  const what = { who: null, what: 'PersonForgotten', chat: null, agent: null, result: 'by the command line' };
  await store.collection('audit').insert([{ _id, timestamp: now, ...what, correlationId: _id }]);
  await store.collection('settings').delete(`${mark}${person}`);
}

/**
 * Goes through everything once and takes out what is about the person, by compare-and-set, while Parley runs. May be repeated, and is to be
 * until it touches nothing. `isTrial`: only counts.
 */
export async function forgetOnce(store: Store, forgetting: Forgetting, isTrial: boolean): Promise<ForgetPass> {
  const touched: Partial<Record<CollectionName, number>> = {};
  let unfinished = 0;
  // Turns first: whose they are is told by the messages.
  for (const collection of ['turns', 'messages', ...others] as const) {
    for await (const document of readAll(store, collection)) {
      if (document._id.startsWith(mark)) continue;
      const stored = { collection, document } as Stored;
      const next = await wanted(store, stored, forgetting);
      if (collection === 'turns' && next !== null && isOpen(next as Turn)) unfinished += 1;
      if (next === document) continue;
      touched[collection] = (touched[collection] ?? 0) + 1;
      if (!isTrial) await put(store, stored, forgetting);
    }
  }
  return { touched, unfinished };
}

const others = copiedCollections.filter(name => !['turns', 'messages', 'keys'].includes(name));

const isOpen = ({ state, stop }: Turn): boolean => state !== 'done' && stop === 'redacted';

/** The document as it is to be: the same object where it may stay, null where it goes. */
async function wanted(store: Store, stored: Stored, forgetting: Forgetting): Promise<Stored['document'] | null> {
  const { person, address, standIn } = forgetting;
  const people = [person, foreignMember(bridgeOf(person), standIn)];
  if (stored.collection === 'turns')
    return forgottenTurn(stored.document, forgetting, await askedFor(store, stored.document, people));
  if (stored.collection === 'messages')
    return same(
      stored.document,
      forgottenLine(stored.document, forgetting, await answers(store, stored.document, people)),
    );
  if (isOfTask(stored) && (await isTasksOf(store, stored.document.task, people))) return null;
  if (stored.collection === 'task_steps') {
    const theirs = await wordsIn(store, stored.document, people);
    return renamed(forgottenStep(stored.document, theirs), address, standIn);
  }
  if (stored.collection === 'task_cards' && (await isTasksOf(store, stored.document._id, people)))
    return withoutText(stored.document);
  return mentions(stored.document, address) ? forgottenDocument(stored, forgetting) : stored.document;
}

/** The card in the room is its own matter; what is stored of it tells nothing. */
const withoutText = (shown: TaskCard): TaskCard =>
  shown.card === null || shown.card.text === '' ? shown : { ...shown, card: { ...shown.card, text: '' } };

const ofTask = ['task_steps', 'task_updates', 'task_files', 'memories'] as const;

/** What belongs to a task, and goes with it. */
const isOfTask = (stored: Stored): stored is Stored<(typeof ofTask)[number]> =>
  (ofTask as readonly CollectionName[]).includes(stored.collection);

async function isTasksOf(store: Store, id: TaskId, people: readonly MemberId[]): Promise<boolean> {
  const task = await store.collection('tasks').get(id);
  return task?.askedBy != null && people.includes(task.askedBy);
}

/** What they said that was read in a step of somebody's task. */
async function wordsIn(store: Store, step: TaskStep, people: readonly MemberId[]): Promise<ReadonlySet<MessageId>> {
  const said = await store.collection('messages').getMany([...readIn([step])]);
  return new Set(said.filter(({ from }) => people.includes(from)).map(({ _id }) => _id));
}

/** Blanking makes new objects also where nothing was left to blank. */
const same = (before: Message, after: Message): Message =>
  JSON.stringify(before) === JSON.stringify(after) ? before : after;

async function answers(store: Store, { cause }: Message, people: readonly MemberId[]): Promise<boolean> {
  const turn = cause === null ? null : await store.collection('turns').get(cause);
  return turn !== null && askedFor(store, turn, people);
}

/** Decides anew whenever somebody else was faster. */
async function put(store: Store, { collection, document }: Stored, forgetting: Forgetting): Promise<void> {
  const documents = store.collection(collection) as unknown as Collection<Document>;
  for (;;) {
    const current = await documents.get(document._id);
    if (current === null) return;
    const next = await wanted(store, { collection, document: current } as unknown as Stored, forgetting);
    if (next === current) return;
    if (next === null || next._id !== current._id) {
      if (next !== null) await documents.insertAsIs([next]);
      await documents.delete(current._id);
      return;
    }
    if ((await documents.replace(next)) !== null) return;
  }
}
