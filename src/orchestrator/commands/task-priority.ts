import { z } from 'zod';
import { choice, word } from '../../core/command/parameters.ts';
import { priorities } from '../../core/tasks/task.ts';
import { withSetting } from '../../core/tasks/waiting.ts';
import { command } from './command.ts';
import { setTask } from './on-task.ts';

export const taskPriority = command({
  name: 'task priority',
  summary: 'Sets how urgent a task is: of those that wait for an agent, the most urgent goes first.',
  needs: 'command',
  parameters: z.object({
    task: word('Its number, or how its title begins; in its thread, `this`.'),
    level: choice(priorities, 'How urgent it is.'),
  }),
  example: 'task priority 3 high',
  run: ({ task, level }, call) =>
    setTask(call, task, {
      edit: (stored, said) =>
        withSetting(stored, { priority: priorities.indexOf(level) + 1 }, { content: `priority: ${level}`, said }),
      has: `the priority ${level}`,
    }),
});
