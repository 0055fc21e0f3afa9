import { z } from 'zod';
import { text } from '../../core/command/parameters.ts';
import { resumed } from '../../core/tasks/stage-machine.ts';
import { isEnded } from '../../core/tasks/task.ts';
import { command } from './command.ts';
import { hasEnded, steerTask, whichTask } from './on-task.ts';

export const taskResume = command({
  name: 'task resume',
  summary: 'Lets a paused task go on where it was.',
  needs: 'command',
  parameters: z.object({ task: text(whichTask).optional() }),
  example: 'task resume 3',
  run: ({ task }, call) =>
    steerTask(call, task, {
      edit: resumed,
      told(now, { changes }) {
        if (now.changes !== changes) return `Task #${now.number} goes on.`;
        return isEnded(now) ? hasEnded(now, call.prefix) : `Task #${now.number} is not paused.`;
      },
    }),
});
