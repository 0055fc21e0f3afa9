import { z } from 'zod';
import { text } from '../../core/command/parameters.ts';
import { paused } from '../../core/tasks/stage-machine.ts';
import { isEnded } from '../../core/tasks/task.ts';
import { command } from './command.ts';
import { steerTask, whichTask } from './on-task.ts';

export const taskPause = command({
  name: 'task pause',
  summary: 'Lets a task rest where it is; the step that is under way is broken off.',
  needs: 'command',
  parameters: z.object({ task: text(whichTask).optional() }),
  example: 'task pause 3',
  run: ({ task }, call) =>
    steerTask(call, task, {
      edit: paused,
      told: ({ number, status }) =>
        isEnded({ status })
          ? `Task #${number} has ended.`
          : `Task #${number} rests until \`${call.prefix}task resume ${number}\`.`,
      breaksOff: true,
    }),
});
