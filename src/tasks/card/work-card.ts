import { messageId, type TaskId } from '../../core/ids.ts';
import { taskCard, timeOf } from '../../core/tasks/card-text.ts';
import { closed } from '../../core/tasks/stage-machine.ts';
import { isEnded, type Task, whoHas } from '../../core/tasks/task.ts';
import { toldOfDeadline } from '../../core/tasks/waiting.ts';
import { change, ensure } from '../../orchestrator/change.ts';
import { canShowCards, showCard } from '../../orchestrator/floor-view/show-card.ts';
import { bridgeFor, type Installation } from '../../orchestrator/installation.ts';
import { changeTask } from '../../orchestrator/tasks/change-task.ts';
import { topics } from '../../orchestrator/topics.ts';
import { callFor, say } from '../say.ts';

/** How long before its deadline people are told that it is near: a tenth of the time, and no more than a day. */
const nearAtMost = 24 * 3_600_000;

/**
 * Brings the card of a task up to date: posts it, and edits it within bounds. The thread hangs on it, so the task is told its id, and woken. May be
 * repeated at any step.
 */
export async function workTaskCard(parley: Installation, id: TaskId): Promise<void> {
  const task = await parley.store.collection('tasks').get(id);
  const chat = task === null ? null : await parley.store.collection('chats').get(task.chat);
  const bridge = task === null ? null : bridgeFor(parley, task.chat);
  if (task === null) return;
  if (chat === null || bridge === null || !canShowCards(bridge)) return close(parley, task);
  const cards = parley.store.collection('task_cards');
  const known = await ensure(cards, { _id: id, card: null });
  const who = whoHas(task);
  const agent = who === null ? null : (parley.agents.get(who)?.name ?? null);
  const now = parley.clock.now();
  const text = taskCard(task, { agent, now });
  const again = await showCard(
    {
      bridge,
      chat,
      now,
      name: `${id}#card`,
      trigger: task.origin,
      keep: async card => void (await change(cards, id, stored => ({ ...stored, card }), 'process')),
    },
    known.card,
    { as: task.host, text, slot: task.chapter },
  );
  await hangThread(parley, task);
  if (again === null) await close(parley, task);
  await tellOfDeadline(parley, task);
  const next = [...(again === null ? [] : [again]), ...(isEnded(task) ? [] : deadlineAlarms(task))].filter(
    at => at > now,
  );
  if (next.length > 0) wakeAt(parley, id, Math.min(...next));
}

/** Nothing is left to do once people were told of the end, and the card shows it as far as there can be one. */
async function close(parley: Installation, task: Task): Promise<void> {
  if (task.endTold) await changeTask(parley, task._id, stored => (stored.endTold ? closed(stored) : stored));
}

async function hangThread(parley: Installation, task: Task): Promise<void> {
  if (task.thread !== null) return;
  const card = (await parley.store.collection('task_cards').get(task._id))?.card ?? null;
  const bridge = bridgeFor(parley, task.chat);
  // Where nobody may show a card, nobody is told of the end either.
  if (card === null) return void (await changeTask(parley, task._id, closed));
  if (card.externalId === null || bridge === null) return;
  const thread = messageId(bridge.name, card.externalId);
  await changeTask(parley, task._id, stored => (stored.thread === null ? { ...stored, thread } : stored));
  parley.queue.wake(topics.tasks, task._id);
}

const nearAt = ({ deadline, createdAt }: Task): number | null =>
  deadline === null ? null : deadline - Math.min(nearAtMost, (deadline - createdAt) / 10);

const deadlineAlarms = (task: Task): number[] => [nearAt(task), task.deadline].filter(at => at !== null);

/** That a deadline is near, or has passed, is said once each. */
async function tellOfDeadline(parley: Installation, task: Task): Promise<void> {
  const now = parley.clock.now();
  const { deadline, deadlineTold } = task;
  if (deadline === null || isEnded(task)) return;
  const passed = now >= deadline;
  const due = passed ? 'passed' : now >= (nearAt(task) ?? now) ? 'near' : null;
  if (due === null || deadlineTold === due || deadlineTold === 'passed') return;
  const text = passed ? `the deadline (${timeOf(deadline)}) has passed.` : `the deadline is near: ${timeOf(deadline)}.`;
  await say(parley, task, {
    what: `deadline.${due}.${deadline}`,
    as: null,
    text: `${callFor(task)}⏰ ${text}`,
    notice: false,
  });
  await changeTask(parley, task._id, stored => toldOfDeadline(stored, due));
}

/** The longest that a timer of Node may be. */
const longestTimer = 2 ** 31 - 1;

const wakeAt = ({ clock, queue }: Installation, id: TaskId, at: number): void =>
  void clock.after(Math.min(longestTimer, Math.max(0, at - clock.now())), () => queue.wake(topics.taskCards, id));
