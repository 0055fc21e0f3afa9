import { z } from 'zod';
import { text } from '../../core/command/parameters.ts';
import { retried } from '../../core/tasks/stage-machine.ts';
import { isForgotten, type Task } from '../../core/tasks/task.ts';
import { command } from './command.ts';
import { steerTask, whichTask } from './on-task.ts';

export const taskRetry = command({
  name: 'task retry',
  summary: 'Begins a task anew that failed or was cancelled.',
  needs: 'command',
  parameters: z.object({ task: text(whichTask).optional() }),
  example: 'task retry 3',
  run: ({ task }, call) =>
    steerTask(call, task, {
      edit: retried,
      told: (now, { changes }) => (now.changes === changes ? notAgain(now) : `Task #${now.number} begins anew.`),
    }),
});

const notAgain = (task: Task): string =>
  isForgotten(task)
    ? `What was wanted in task #${task.number} is forgotten. Ask for it as a new one.`
    : `Task #${task.number} neither failed nor was cancelled.`;
