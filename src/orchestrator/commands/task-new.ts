import { z } from 'zod';
import { text } from '../../core/command/parameters.ts';
import { command } from './command.ts';
import { askForTask } from './task.ts';

export const taskNew = command({
  name: 'task new',
  summary: 'The same as `task …`, for what begins with the name of another command.',
  needs: 'command',
  parameters: z.object({ what: text('What is wanted.') }),
  example: 'task new Show the average of these numbers',
  takesFiles: true,
  run: ({ what }, call) => askForTask(what, call),
});
