import { z } from 'zod';
import { text } from '../../core/command/parameters.ts';
import { resumed } from '../../core/tasks/stage-machine.ts';
import { command } from './command.ts';
import { steerTask, whichTask } from './on-task.ts';

export const taskResume = command({
  name: 'task resume',
  summary: 'Lets a paused task go on where it was.',
  needs: 'command',
  parameters: z.object({ task: text(whichTask).optional() }),
  example: 'task resume 3',
  run: ({ task }, call) =>
    steerTask(call, task, {
      edit: resumed,
      told: ({ number, changes }, before) =>
        changes === before.changes ? `Task #${number} is not paused.` : `Task #${number} goes on.`,
    }),
});
