import type { Chat } from '../../core/chat.ts';
import { externalIdOf, type MemberId, type TaskId } from '../../core/ids.ts';
import type { Message } from '../../core/message.ts';
import type { Turn } from '../../core/turn.ts';
import type { Store, Stored } from '../../ports/store.ts';
import { type Copied, readAll, readInstallation } from '../backup/read-installation.ts';
import { mentions } from './about-person.ts';

const page = 500;
/** Small documents that are about one person where they name one. */
const personal: readonly Copied[] = ['agent_chats', 'budgets', 'budget_limits', 'settings', 'audit'];

/** Everything that is stored but the keys, readable. */
export async function* exportAll(store: Store): AsyncGenerator<Stored> {
  for await (const stored of readInstallation(store)) if (stored.collection !== 'keys') yield stored;
}

/**
 * What is stored about a person: their messages and reactions; of the rooms that they are or were in what was said while they could
 * read it; the turns and tasks that they asked for; budgets, settings and audit entries that name them.
 */
export async function* exportPerson(store: Store, person: MemberId): AsyncGenerator<Stored> {
  yield* tasksOf(store, person);
  for await (const chat of readAll(store, 'chats')) yield* inChat(store, chat, person);
  for (const collection of personal) {
    for await (const document of readAll(store, collection))
      if (mentions(document, externalIdOf(person))) yield { collection, document } as Stored;
  }
}

/** The tasks of a person, with what happened to them and what came of them. */
async function* tasksOf(store: Store, person: MemberId): AsyncGenerator<Stored> {
  const theirs = new Set<TaskId>();
  for await (const document of readAll(store, 'tasks')) {
    if (document.askedBy !== person) continue;
    theirs.add(document._id);
    yield { collection: 'tasks', document };
  }
  for (const collection of ['task_updates', 'task_files', 'memories'] as const)
    for await (const document of readAll(store, collection))
      if (theirs.has(document.task)) yield { collection, document } as Stored;
}

async function* inChat(store: Store, chat: Chat, person: MemberId): AsyncGenerator<Stored> {
  let isIn = await wasInFromTheStart(store, chat, person);
  if (isIn === null) return;
  yield { collection: 'chats', document: chat };
  for await (const message of linesOf(store, chat)) {
    const isAboutThem = message.messageType === 'membership' && message.member === person;
    if (isAboutThem && message.change === 'joined') isIn = true;
    if (isIn || isAboutThem || message.from === person) yield { collection: 'messages', document: message };
    if (isAboutThem && ['left', 'kicked', 'banned'].includes(message.change)) isIn = false;
  }
  for await (const turn of turnsOf(store, chat))
    if (await askedFor(store, turn, [person])) yield { collection: 'turns', document: turn };
}

/** Whether they were in the room before the log begins; null: they never were. */
async function wasInFromTheStart(store: Store, chat: Chat, person: MemberId): Promise<boolean | null> {
  for await (const message of linesOf(store, chat)) {
    if (message.messageType === 'membership' && message.member === person)
      return message.change !== 'joined' && message.change !== 'invited';
    if (message.from === person) return true;
  }
  return chat.participants.includes(person) ? true : null;
}

async function* linesOf(store: Store, { _id: chat }: Chat): AsyncGenerator<Message> {
  let above = 0;
  for (;;) {
    const lines = await store.collection('messages').find({
      where: { chat, order: { above } },
      orderBy: { field: 'order', direction: 'asc' },
      limit: page,
    });
    yield* lines;
    if (lines.length < page) return;
    above = lines.at(-1)?.order ?? above;
  }
}

async function* turnsOf(store: Store, { _id: chat }: Chat): AsyncGenerator<Turn> {
  let after: Turn | undefined;
  do {
    const turns: Turn[] = await store
      .collection('turns')
      .find({ where: { chat }, limit: page, ...(after ? { after } : {}) });
    yield* turns;
    after = turns.length === page ? turns.at(-1) : undefined;
  } while (after);
}

/** Whether a turn answers one of these, or was asked for by them. */
export async function askedFor(store: Store, turn: Turn, people: readonly MemberId[]): Promise<boolean> {
  if (turn.askedBy !== undefined && people.includes(turn.askedBy)) return true;
  const trigger = turn.trigger === null ? null : await store.collection('messages').get(turn.trigger);
  return trigger !== null && people.includes(trigger.from);
}
