import { z } from 'zod';
import { text } from '../../core/command/parameters.ts';
import { isEnded } from '../../core/tasks/task.ts';
import { tasksIn } from '../tasks/task-here.ts';
import { command } from './command.ts';
import { onTask, whichTask } from './on-task.ts';
import { taskLine } from './task-list.ts';

const most = 10;

export const taskStatus = command({
  name: 'task status',
  summary: 'How a task stands, in one line; without one, how all open tasks of this room do.',
  needs: 'command',
  parameters: z.object({ task: text(whichTask).optional() }),
  example: 'task status haiku',
  async run({ task }, call) {
    const { parley } = call.scene;
    if (task !== undefined || call.message.thread !== null)
      return onTask(call, task, async found => taskLine(found, parley));
    const open = (await tasksIn(parley, call.message.chat)).filter(one => !isEnded(one));
    if (open.length === 0) return call.reply('No task is open in this room.');
    const more = open.length > most ? [`… and ${open.length - most} more: \`${call.prefix}task list\``] : [];
    return call.reply([...open.slice(0, most).map(one => taskLine(one, parley)), ...more].join('\n'));
  },
});
