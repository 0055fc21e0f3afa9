import { z } from 'zod';
import { text } from '../../core/command/parameters.ts';
import { cancelled } from '../../core/tasks/stage-machine.ts';
import { command } from './command.ts';
import { hasEnded, steerTask, whichTask } from './on-task.ts';

export const taskCancel = command({
  name: 'task cancel',
  summary: 'Ends a task that nobody wants any more; what there is of it stays.',
  needs: 'command',
  parameters: z.object({ task: text(whichTask).optional() }),
  example: 'task cancel 3',
  run: ({ task }, call) =>
    steerTask(call, task, {
      edit: cancelled,
      told: (now, before) =>
        now.changes === before.changes ? hasEnded(now, call.prefix) : `Task #${now.number} is cancelled.`,
      breaksOff: true,
    }),
});
