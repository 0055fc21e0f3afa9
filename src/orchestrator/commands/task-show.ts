import { z } from 'zod';
import { inCode } from '../../core/command/in-code.ts';
import { text } from '../../core/command/parameters.ts';
import { plainLine } from '../../core/plain-name.ts';
import { taskCard } from '../../core/tasks/card-text.ts';
import { isEnded, type Task, whoHas } from '../../core/tasks/task.ts';
import type { Installation } from '../installation.ts';
import { doingNow } from '../tasks/doing-now.ts';
import { command } from './command.ts';
import { onTask, whichTask } from './on-task.ts';

export const taskShow = command({
  name: 'task show',
  summary: 'Shows a task: what is wanted, how it stands, its plan and what came of it.',
  needs: 'command',
  parameters: z.object({ task: text(whichTask).optional() }),
  example: 'task show 3',
  run: ({ task }, call) => onTask(call, task, async found => shown(found, call.scene.parley)),
});

const longest = 600;

async function shown(task: Task, parley: Installation): Promise<string> {
  const { agents, clock } = parley;
  const who = whoHas(task);
  const agent = who === null ? null : (agents.get(who)?.name ?? null);
  const card = taskCard(task, { agent, now: clock.now() }).split('\n');
  const { plan, work, verdicts } = task;
  const doing = await doingNow(parley, task);
  return [
    ...card.slice(0, card.lastIndexOf('')),
    ...(doing === null ? [] : [doing]),
    '',
    `Wanted: ${plainLine(task.description, longest)}`,
    ...(task.skillsRequired.length === 0 ? [] : [`Skills: ${task.skillsRequired.map(inCode).join(', ')}`]),
    ...(plan === null
      ? []
      : ['', 'Plan:', ...plan.steps.map(({ text, done }) => `- [${done ? 'x' : ' '}] ${plainLine(text, longest)}`)]),
    ...(work === null ? [] : ['', `Work: ${plainLine(work.summary, longest)}`]),
    ...verdicts
      .slice(-1)
      .map(({ accepted, reasons }) => `Review: ${accepted ? 'accepted' : 'sent back'}: ${plainLine(reasons, longest)}`),
    ...(isEnded(task) || task.thread === null ? [] : ['', 'The work is told in the thread on its card.']),
  ].join('\n');
}
