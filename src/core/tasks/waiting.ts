import type { MessageId } from '../ids.ts';
import type { Attachment } from '../message.ts';
import { type Approval, isEnded, isStage, type Task, type Unread, type Waits } from './task.ts';
import { noted, type Said, turned } from './turned.ts';

/** So many messages may wait to be read; what is said beyond that is read from the first ones on only. */
const mostUnread = 50;
const mostInputs = 50;

/** What a task waits for, and how that ends. As with stages: the same object where nothing changes. */

/** Nobody can take it, and why. */
export function waitsForAgent(task: Task, why: string, said: Said): Task {
  if (isEnded(task) || (task.waits?.for === 'agent' && task.waits.why === why)) return task;
  return turned({ ...task, waits: { for: 'agent', why } }, { updateType: 'note', content: why, ...said });
}

/** The agent asks; the answer is the result of the call. */
export function asks(task: Task, question: Omit<Extract<Waits, { for: 'answer' }>, 'for' | 'since'>, said: Said): Task {
  if (!isStage(task.status) || task.waits !== null) return task;
  const waits: Waits = { for: 'answer', ...question, since: said.at };
  return turned({ ...task, waits }, { updateType: 'question', content: question.question, ...said });
}

/** A person is asked for approval. */
export function asksApproval(task: Task, approval: Approval, said: Said): Task {
  if (!isStage(task.status) || task.waits !== null) return task;
  return turned(
    { ...task, waits: { for: 'approval', approval } },
    { updateType: 'approval', content: `asked: ${approval.what}`, ...said },
  );
}

/** Somebody who may has decided, in time; or the time is over. Once. */
export function decided(
  task: Task,
  given: { readonly call: string; readonly state: 'granted' | 'denied' | 'expired' },
  said: Said,
): Task {
  const { waits } = task;
  if (isEnded(task) || waits?.for !== 'approval') return task;
  const { approval } = waits;
  if (approval.state !== 'asked' || approval.call !== given.call) return task;
  if (given.state !== 'expired' && said.at >= approval.expiresAt) return task;
  const next = { ...approval, state: given.state, by: said.by };
  return turned(
    { ...task, waits: { ...waits, approval: next } },
    { updateType: 'approval', content: `${given.state}: ${approval.what}`, ...said },
  );
}

/** Something failed that may work later. */
export function waitsForTime(
  task: Task,
  given: { readonly until: number; readonly why: string; readonly counts: boolean },
  said: Said,
): Task {
  if (isEnded(task)) return task;
  const { until, why, counts } = given;
  const next: Task = { ...task, waits: { for: 'time', until, why }, troubles: task.troubles + (counts ? 1 : 0) };
  return turned(next, { updateType: 'note', content: why, ...said });
}

/** How long is waited before it is looked again whether there is a sandbox: as long as it was not there until now, within these. */
const [leastPauseMs, longestPauseMs] = [2_000, 60_000];

/** There is nothing to run its workspace in. Told once, however often it is found. */
export function waitsForSandbox(task: Task, why: string, said: Said): Task {
  if (!isStage(task.status)) return task;
  const { waits } = task;
  const since = waits?.for === 'sandbox' ? waits.since : said.at;
  const until = said.at + Math.min(longestPauseMs, Math.max(leastPauseMs, said.at - since));
  if (waits?.for === 'sandbox') return { ...task, waits: { ...waits, until } };
  const next: Task = { ...task, waits: { for: 'sandbox', since, until, why, before: waits } };
  return turned(next, { updateType: 'note', content: `waits, and goes on by itself: ${why}`, ...said });
}

/** There is one again. */
export const hasSandbox = (task: Task): Task =>
  task.waits?.for === 'sandbox' ? { ...task, waits: task.waits.before, chapter: task.chapter + 1 } : task;

export function waitsForSubtasks(task: Task, call: string, said: Said): Task {
  if (!isStage(task.status) || task.waits !== null) return task;
  return turned(
    { ...task, waits: { for: 'subtasks', call } },
    { updateType: 'note', content: 'waits for its subtasks', ...said },
  );
}

/** It waits no more. */
export const goesOn = (task: Task): Task =>
  task.waits === null ? task : { ...task, waits: null, chapter: task.chapter + 1 };

/** A person says something in the thread, perhaps with a file: that is one more of those that came with the task. */
export function hears(task: Task, said: Unread, file: Attachment | null = null): Task {
  const known = said.order <= task.heardThrough || task.inbox.some(({ message }) => message === said.message);
  if (isEnded(task) || known || task.inbox.length >= mostUnread) return task;
  const inputs = file === null || task.inputs.length >= mostInputs ? task.inputs : [...task.inputs, file];
  return { ...task, inbox: [...task.inbox, said], inputs };
}

/** These messages were read. */
export function hasRead(task: Task, messages: readonly MessageId[]): Task {
  const read = task.inbox.filter(({ message }) => messages.includes(message));
  if (read.length === 0) return task;
  return {
    ...task,
    inbox: task.inbox.filter(one => !read.includes(one)),
    heardThrough: Math.max(task.heardThrough, ...read.map(({ order }) => order)),
  };
}

/** What a step came to: counted once. */
export function stepped(
  task: Task,
  taken: { readonly order: number; readonly run: number; readonly tokens: number; readonly called: boolean },
): Task {
  if (taken.order <= task.steps) return task;
  const isThisRun = taken.run === task.run;
  return {
    ...task,
    steps: taken.order,
    tokens: task.tokens + taken.tokens,
    troubles: 0,
    runSteps: isThisRun ? task.runSteps + 1 : task.runSteps,
    idle: isThisRun ? (taken.called ? 0 : task.idle + 1) : task.idle,
  };
}

/** Steps of the plan are done. */
export function progressed(
  task: Task,
  run: number,
  given: { readonly done: readonly number[]; readonly said: Said },
): Task {
  if (task.run !== run || task.status !== 'build' || task.plan === null) return task;
  const steps = task.plan.steps.map((step, index) => (given.done.includes(index + 1) ? { ...step, done: true } : step));
  const count = steps.filter(({ done }) => done).length;
  const stageProgress = Math.round((100 * count) / Math.max(1, steps.length));
  if (count === task.plan.steps.filter(({ done }) => done).length) return task;
  return noted(
    { ...task, plan: { ...task.plan, steps }, stageProgress },
    { updateType: 'progress_update', content: `${stageProgress} %`, ...given.said },
  );
}

/** The tests of the plan ran. */
export const testsRan = (task: Task, run: number, passed: boolean): Task =>
  task.run !== run || task.status !== 'test' ? task : { ...task, testRun: { run, passed } };

/** What a person sets. */
export function withSetting(
  task: Task,
  setting: Partial<Pick<Task, 'priority' | 'deadline' | 'complexity' | 'complexityBy' | 'tokenLimit'>>,
  given: { readonly content: string; readonly said: Said },
): Task {
  if (isEnded(task)) return task;
  const same = Object.entries(setting).every(([field, value]) => task[field as keyof Task] === value);
  if (same) return task;
  const told = 'deadline' in setting ? { deadlineTold: null } : {};
  return turned({ ...task, ...setting, ...told }, { updateType: 'note', content: given.content, ...given.said });
}

/** People were told of the deadline. */
export const toldOfDeadline = (task: Task, which: 'near' | 'passed'): Task =>
  task.deadlineTold === which ? task : { ...task, deadlineTold: which };

/** Something about it that people may want to read again. */
export const remarked = (task: Task, content: string, said: Said): Task =>
  noted(task, { updateType: 'note', content, ...said });

/** The approval for which a call waits; null: it waits for none. */
export const approvalOf = (task: Task, call: string): Approval | null =>
  task.waits?.for === 'approval' && task.waits.approval.call === call ? task.waits.approval : null;
