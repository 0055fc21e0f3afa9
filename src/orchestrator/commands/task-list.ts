import { z } from 'zod';
import { choice, number } from '../../core/command/parameters.ts';
import { inTitle } from '../../core/tasks/card-text.ts';
import { isEnded, priorityOf, type Task } from '../../core/tasks/task.ts';
import type { Installation } from '../installation.ts';
import { tasksIn } from '../tasks/task-here.ts';
import { command } from './command.ts';

const onAPage = 15;

export const taskList = command({
  name: 'task list',
  summary: 'Lists the tasks of this room: those that are open, or all.',
  needs: 'command',
  parameters: z.object({
    which: choice(['open', 'all'], '`open`, which it is when left out, or `all`.').optional(),
    page: number({ least: 1, most: 1_000 }, 'The page, where there are many.').optional(),
  }),
  example: 'task list all 2',
  async run({ which = 'open', page = 1 }, { message, scene, reply, prefix }) {
    const all = await tasksIn(scene.parley, message.chat);
    const listed = which === 'all' ? all : all.filter(task => !isEnded(task)).toSorted(byUrgency);
    if (listed.length === 0)
      return reply(
        all.length === 0
          ? `There are no tasks in this room yet. \`${prefix}task\` tells more.`
          : `No task is open. \`${prefix}task list all\` shows ${all.length === 1 ? 'the one that has' : `the ${all.length} that have`} ended.`,
      );
    const pages = Math.ceil(listed.length / onAPage);
    const shown = Math.min(page, pages);
    const lines = listed.slice((shown - 1) * onAPage, shown * onAPage).map(task => taskLine(task, scene.parley));
    const next = shown < pages ? `: \`${prefix}task list ${which} ${shown + 1}\` shows the next` : '';
    const foot = pages > 1 ? ['', `${listed.length} tasks, page ${shown} of ${pages}${next}.`] : [];
    return reply([...lines, ...foot].join('\n'));
  },
});

const byUrgency = (a: Task, b: Task): number => b.priority - a.priority || a.number - b.number;

/** A task in one line. */
export function taskLine(task: Task, { agents }: Pick<Installation, 'agents'>): string {
  const who = task.assignedTo === null ? null : (agents.get(task.assignedTo)?.name ?? task.assignedTo);
  const priority = priorityOf(task);
  const facts = [
    task.status.replace('_', ' ') + (task.stageProgress > 0 && !isEnded(task) ? ` ${task.stageProgress} %` : ''),
    ...(task.held === null ? [] : ['paused']),
    ...(task.waits === null || task.held !== null ? [] : [`waits for ${waitedFor(task)}`]),
    ...(priority === 'normal' ? [] : [priority]),
    ...(who === null || isEnded(task) ? [] : [who]),
  ];
  return `- **#${task.number}** ${inTitle(task.title)} (${facts.join(', ')})`;
}

function waitedFor({ waits }: Task): string {
  switch (waits?.for) {
    case 'answer':
      return 'an answer';
    case 'approval':
      return 'a ✅';
    case 'agent':
      return 'an agent';
    case 'sandbox':
      return 'something to work in';
    case 'subtasks':
      return 'its subtasks';
    default:
      return 'a while';
  }
}
