import { z } from 'zod';
import { text } from '../../core/command/parameters.ts';
import { paused } from '../../core/tasks/stage-machine.ts';
import { isEnded } from '../../core/tasks/task.ts';
import { command } from './command.ts';
import { hasEnded, steerTask, whichTask } from './on-task.ts';

export const taskPause = command({
  name: 'task pause',
  summary: 'Lets a task rest where it is; the step that is under way is broken off.',
  needs: 'command',
  parameters: z.object({ task: text(whichTask).optional() }),
  example: 'task pause 3',
  run: ({ task }, call) =>
    steerTask(call, task, {
      edit: paused,
      told: now =>
        isEnded(now)
          ? hasEnded(now, call.prefix)
          : `Task #${now.number} rests until \`${call.prefix}task resume ${now.number}\`.`,
      breaksOff: true,
    }),
});
