import { inCode } from '../command/in-code.ts';
import { plainLine, plainName } from '../plain-name.ts';
import { isEnded, isForgotten, priorityOf, stages, type Task } from './task.ts';

/** What a card needs beside the task. */
export interface CardFacts {
  /** Who has it; null: nobody. */
  readonly agent: string | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const barLength = 10;
const longestTitle = 100;

/** The card of a task as Markdown that reads as well without any formatting. */
export function taskCard(task: Task, facts: CardFacts): string {
  return [
    `**Task #${task.number}:** ${inTitle(task.title)}`,
    headLine(task, facts),
    stageLine(task),
    ...(task.plan !== null && task.status === 'build' ? [stepLine(task)] : []),
    ...noteLines(task),
    '',
    lastLine(task),
  ].join('\n');
}

function lastLine(task: Task): string {
  if (!isEnded(task)) return 'Answer in the thread to step in. React here: ⏸ pause, ▶ go on, 🛑 stop at once.';
  if (task.status === 'complete') return 'What came of it stands in the thread.';
  return isForgotten(task) ? 'What was wanted is forgotten.' : 'React here: 🔁 do it again.';
}

/** A title is what somebody wrote, and stands in a message of ours. */
export const inTitle = (title: string): string => plainLine(title, longestTitle) || 'without a title';

const signs: Readonly<Record<Task['status'], string>> = {
  not_started: '🕓',
  design: '✏️',
  build: '🛠',
  test: '🧪',
  review: '🔎',
  complete: '✅',
  failed: '❌',
  cancelled: '🚫',
};

function headLine(task: Task, { agent, now }: CardFacts): string {
  const took = (task.completedAt ?? now) - task.createdAt;
  const priority = priorityOf(task);
  return [
    `${signs[task.status]} ${task.status.replace('_', ' ')}${task.held === null ? '' : ' ⏸ paused'}`,
    `complexity ${task.complexity}`,
    ...(priority === 'normal' ? [] : [`priority ${priority}`]),
    agent === null ? 'nobody has it' : plainName(agent),
    spent(took),
    `${tokens(task.tokens)} tokens`,
  ].join(' · ');
}

function stageLine({ status, stageProgress }: Task): string {
  const at = (stages as readonly string[]).indexOf(status);
  const done = status === 'complete' ? stages.length : Math.max(0, at);
  const filled = Math.min(
    barLength,
    Math.round(((done + (at < 0 ? 0 : stageProgress / 100)) / stages.length) * barLength),
  );
  const percent = stageProgress === 0 ? '' : ` ${stageProgress} %`;
  const names = stages.map((stage, index) => (index === at ? `**${stage}${percent}**` : stage));
  return `${'▰'.repeat(filled)}${'▱'.repeat(barLength - filled)} ${names.join(' → ')}`;
}

function stepLine({ plan }: Task): string {
  const steps = plan?.steps ?? [];
  const done = steps.filter(step => step.done).length;
  return `${done} of ${steps.length} steps of the plan are done.`;
}

function noteLines(task: Task): string[] {
  const lines: string[] = [];
  if (task.deadline !== null && !isEnded(task)) lines.push(`Deadline: ${timeOf(task.deadline)}.`);
  if (task.sendBacks > 0) lines.push(`Sent back ${task.sendBacks} ${task.sendBacks === 1 ? 'time' : 'times'}.`);
  if (task.status === 'failed') lines.push(task.failure ?? 'It failed.');
  if (task.result !== null && task.result.files.length > 0)
    lines.push(`Files: ${task.result.files.map(({ path }) => inCode(path)).join(', ')}`);
  return [...lines, ...waitLine(task)];
}

function waitLine({ waits, held }: Task): string[] {
  if (held !== null) return [];
  switch (waits?.for) {
    case 'agent':
      return [`⏳ ${waits.why}`];
    case 'answer':
      return ['❓ Waits for an answer in the thread.'];
    case 'approval':
      return waits.approval.state === 'asked' ? ['✋ Waits for a ✅ or ❌ in the thread.'] : [];
    case 'time':
      return [`⏳ ${waits.why}`];
    case 'sandbox':
      return [`⏳ Waits, and goes on by itself: ${waits.why}`];
    case 'subtasks':
      return ['⏳ Waits for its subtasks.'];
    case undefined:
      return [];
  }
}

/** In steps, so that a card is not edited for every second. */
function spent(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return 'under a minute';
  if (minutes < 10) return `${minutes} min`;
  if (minutes < 120) return `${Math.floor(minutes / 5) * 5} min`;
  return minutes < 2 * 1_440 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1_440)} days`;
}

/** About so many. */
export const tokens = (count: number): string =>
  count < 1_000 ? String(count) : `${(count / 1_000).toFixed(count < 10_000 ? 1 : 0)}k`;

/** A moment for people, in UTC. */
export const timeOf = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
