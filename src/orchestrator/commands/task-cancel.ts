import { z } from 'zod';
import { text } from '../../core/command/parameters.ts';
import { cancelled } from '../../core/tasks/stage-machine.ts';
import { command } from './command.ts';
import { steerTask, whichTask } from './on-task.ts';

export const taskCancel = command({
  name: 'task cancel',
  summary: 'Ends a task that nobody wants any more; what there is of it stays.',
  needs: 'command',
  parameters: z.object({ task: text(whichTask).optional() }),
  example: 'task cancel 3',
  run: ({ task }, call) =>
    steerTask(call, task, {
      edit: cancelled,
      told: ({ number, changes }, before) =>
        changes === before.changes ? `Task #${number} has ended already.` : `Task #${number} is cancelled.`,
      breaksOff: true,
    }),
});
