import { z } from 'zod';
import { agent, word } from '../../core/command/parameters.ts';
import { plainName } from '../../core/plain-name.ts';
import { wanted } from '../../core/tasks/stage-machine.ts';
import { isEnded } from '../../core/tasks/task.ts';
import { command } from './command.ts';
import { hasEnded, onTask, steerTask } from './on-task.ts';

export const taskAssign = command({
  name: 'task assign',
  summary: 'Gives a task to an agent of your choice; it goes on in the stage in which it is.',
  needs: 'command',
  parameters: z.object({
    task: word('Its number, or how its title begins; in its thread, `this`.'),
    agent: agent('The agent that is to do it.'),
  }),
  example: 'task assign 3 @Ada',
  run({ task, agent: id }, call) {
    const chosen = call.scene.parley.agents.get(id);
    if (chosen === undefined || chosen.role !== 'agent')
      return onTask(call, task, async () => 'No model speaks for them. Give it to another agent.');
    return steerTask(call, task, {
      edit: (stored, said) => wanted(stored, id, said),
      told: now =>
        isEnded(now)
          ? hasEnded(now, call.prefix)
          : `Task #${now.number} goes to ${plainName(chosen.name)}${now.status === 'review' ? ' when it is built again; now it is reviewed' : ''}.`,
      breaksOff: true,
    });
  },
});
