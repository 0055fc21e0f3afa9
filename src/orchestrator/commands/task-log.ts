import { z } from 'zod';
import { number, word } from '../../core/command/parameters.ts';
import { agentOf } from '../../core/ids.ts';
import { plainLine, plainName } from '../../core/plain-name.ts';
import { timeOf } from '../../core/tasks/card-text.ts';
import type { TaskUpdate } from '../../core/tasks/task.ts';
import { displayName } from '../rooms/room-view.ts';
import { type CommandCall, command } from './command.ts';
import { onTask, whichTask } from './on-task.ts';

const onAPage = 20;
const most = 1000;
const longest = 200;

export const taskLog = command({
  name: 'task log',
  summary: 'What happened to a task, the latest first.',
  needs: 'command',
  parameters: z.object({
    task: word(whichTask).optional(),
    page: number({ least: 1, most: 1_000 }, 'The page, where there is much.').optional(),
  }),
  example: 'task log 3 2',
  run: ({ task, page = 1 }, call) =>
    onTask(call, task, async ({ _id, number: nth }) => {
      const { store } = call.scene.parley;
      const all = await store
        .collection('task_updates')
        .find({ where: { task: _id }, orderBy: { field: 'nth', direction: 'desc' }, limit: most });
      const pages = Math.max(1, Math.ceil(all.length / onAPage));
      const shown = Math.min(page, pages);
      const lines = all.slice((shown - 1) * onAPage, shown * onAPage).map(update => lineOf(update, call));
      const next = shown < pages ? `: \`${call.prefix}task log ${nth} ${shown + 1}\` shows what was before` : '';
      return [`**Task #${nth}**`, ...lines, ...(pages > 1 ? ['', `Page ${shown} of ${pages}${next}.`] : [])].join('\n');
    }),
});

function lineOf({ timestamp, content, by, agent }: TaskUpdate, { scene }: CommandCall): string {
  const { parley, chat } = scene;
  const who = by === null ? null : displayName(chat, by, parley.agents);
  const whose =
    agent === null || (by !== null && agentOf(by) === agent) ? null : (parley.agents.get(agent)?.name ?? agent);
  const names = [who, whose].filter(name => name !== null).map(plainName);
  return `- ${timeOf(timestamp)}: ${plainLine(content, longest)}${names.length === 0 ? '' : ` (${names.join(', ')})`}`;
}
