import { z } from 'zod';
import { word } from '../../core/command/parameters.ts';
import { retried } from '../../core/tasks/stage-machine.ts';
import { command } from './command.ts';
import { steerTask, whichTask } from './on-task.ts';

export const taskRetry = command({
  name: 'task retry',
  summary: 'Begins a task anew that failed or was cancelled.',
  needs: 'command',
  parameters: z.object({ task: word(whichTask).optional() }),
  example: 'task retry 3',
  run: ({ task }, call) =>
    steerTask(call, task, {
      edit: retried,
      told: ({ number, changes }, before) =>
        changes === before.changes
          ? `Task #${number} neither failed nor was cancelled.`
          : `Task #${number} begins anew.`,
    }),
});
