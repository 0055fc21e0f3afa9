import type { ChatId, MessageId } from '../../core/ids.ts';
import { plainLine } from '../../core/plain-name.ts';
import { meantTask } from '../../core/tasks/find-task.ts';
import { isEnded, type Task } from '../../core/tasks/task.ts';
import type { Installation } from '../installation.ts';

const most = 1000;
const mostNamed = 5;

type Reading = Pick<Installation, 'store'>;

/** The tasks of a room, the newest first. */
export const tasksIn = ({ store }: Reading, chat: ChatId): Promise<Task[]> =>
  store.collection('tasks').find({ where: { chat }, orderBy: { field: 'number', direction: 'desc' }, limit: most });

/**
 * The task of this room whose card this message is; null: none. A message says by itself which thread it is of, and other homeservers let it name a
 * message of any room: what is of another room is not there.
 */
export async function taskOfThread({ store }: Reading, thread: MessageId | null, chat: ChatId): Promise<Task | null> {
  if (thread === null) return null;
  const [task] = await store.collection('tasks').find({ where: { thread }, limit: 1 });
  return task?.chat === chat ? task : null;
}

/** Which task of the room is meant: by words, or by the thread, or as the only one that is open; else what to say. */
export async function taskMeant(
  parley: Reading,
  {
    words,
    chat,
    thread,
  }: { readonly words: string | undefined; readonly chat: ChatId; readonly thread: MessageId | null },
): Promise<{ readonly task: Task } | { readonly unclear: string; readonly isUnknown?: true }> {
  const here = await taskOfThread(parley, thread, chat);
  if (here !== null && (words === undefined || words.toLowerCase() === 'this')) return { task: here };
  const tasks = await tasksIn(parley, chat);
  if (words === undefined) return onlyOne(tasks);
  const meant = meantTask(words, tasks);
  if ('task' in meant) return meant;
  if (meant.problem === 'none') return { unclear: 'No task of this room is called that.', isUnknown: true };
  return {
    unclear: `Several are meant by that: ${listed(meant.among, meant.more)}. Say the number.`,
  };
}

const longestTitle = 40;
const listed = (tasks: readonly Task[], more: boolean): string =>
  [
    ...tasks.map(({ number, title }) => `#${number} ${plainLine(title, longestTitle)}`.trim()),
    ...(more ? ['…'] : []),
  ].join(', ');

function onlyOne(tasks: readonly Task[]): { readonly task: Task } | { readonly unclear: string } {
  const open = tasks.filter(task => !isEnded(task));
  const [only] = open;
  if (only !== undefined && open.length === 1) return { task: only };
  const [last] = tasks;
  if (last !== undefined && open.length === 0) return { task: last };
  return {
    unclear:
      tasks.length === 0
        ? 'There are no tasks in this room yet.'
        : `There are several tasks: ${listed(open.slice(0, mostNamed), open.length > mostNamed)}. Say which, by its number.`,
  };
}
