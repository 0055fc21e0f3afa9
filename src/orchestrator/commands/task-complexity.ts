import { z } from 'zod';
import { number, word } from '../../core/command/parameters.ts';
import { withSetting } from '../../core/tasks/waiting.ts';
import { command } from './command.ts';
import { setTask } from './on-task.ts';

export const taskComplexity = command({
  name: 'task complexity',
  summary: 'Says how much there is to a task, 1 to 10: by that it is given to agents.',
  needs: 'command',
  parameters: z.object({
    task: word('Its number, or how its title begins; in its thread, `this`.'),
    level: number({ least: 1, most: 10 }, 'From 1 (a haiku) to 10.'),
  }),
  example: 'task complexity 3 5',
  run: ({ task, level }, call) =>
    setTask(call, task, {
      edit: (stored, said) =>
        withSetting(stored, { complexity: level, complexityBy: 'person' }, { content: `complexity: ${level}`, said }),
      has: `the complexity ${level}`,
    }),
});
