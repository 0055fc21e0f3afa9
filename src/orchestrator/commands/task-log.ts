import { z } from 'zod';
import { number, word } from '../../core/command/parameters.ts';
import { agentOf } from '../../core/ids.ts';
import type { SaidMessage } from '../../core/message.ts';
import { plainLine, plainName } from '../../core/plain-name.ts';
import { timeOf } from '../../core/tasks/card-text.ts';
import type { Task, TaskUpdate } from '../../core/tasks/task.ts';
import { displayName } from '../rooms/room-view.ts';
import { maySteerHere } from '../tasks/order-task.ts';
import { saidForTask } from '../tasks/said-for-task.ts';
import { type CommandCall, command } from './command.ts';
import { onTask, whichTask } from './on-task.ts';

const onAPage = 20;
const most = 1000;
const longest = 200;
const longestName = 60;
const elsewhere = 'What others said is in its thread.';

export const taskLog = command({
  name: 'task log',
  summary: 'What happened to a task and what people said in its thread, the latest first.',
  needs: 'command',
  parameters: z.object({
    task: word(whichTask).optional(),
    page: number({ least: 1, most: 1_000 }, 'The page, where there is much.').optional(),
  }),
  example: 'task log 3 2',
  run: ({ task, page = 1 }, call) =>
    onTask(call, task, async given => {
      const { number: nth } = given;
      const { all, hides } = await happenings(call, given);
      const pages = Math.max(1, Math.ceil(all.length / onAPage));
      const shown = Math.min(page, pages);
      const lines = all.slice((shown - 1) * onAPage, shown * onAPage).map(({ line }) => line);
      const next = shown < pages ? `: \`${call.prefix}task log ${nth} ${shown + 1}\` shows what was before` : '';
      const ends = [...(pages > 1 ? [`Page ${shown} of ${pages}${next}.`] : []), ...(hides ? [elsewhere] : [])];
      const why = given.status === 'failed' && given.failure !== null ? [`❌ ${given.failure}`] : [];
      return [`**Task #${nth}**`, ...why, ...lines, ...(ends.length > 0 ? ['', ...ends] : [])].join('\n');
    }),
});

interface Happening {
  readonly at: number;
  readonly line: string;
}

interface Happenings {
  readonly all: readonly Happening[];
  /** Whether something that was said is left out. */
  readonly hides: boolean;
}

/**
 * What became of the task, and between it what people said for it; the latest first. Who may not steer it gets no words but their own: the room may hide
 * from them what was said before they came.
 */
async function happenings(call: CommandCall, task: Task): Promise<Happenings> {
  const { message: asked, scene } = call;
  const { parley } = scene;
  const updates = await parley.store
    .collection('task_updates')
    .find({ where: { task: task._id }, orderBy: { field: 'nth', direction: 'desc' }, limit: most });
  const said = await saidForTask(parley, task);
  const shown = maySteerHere(asked.from, task, scene) ? said : said.filter(({ from }) => from === asked.from);
  const all = [
    ...shown
      .toSorted((one, other) => other.order - one.order)
      .map(message => ({ at: message.createdAt, line: wordsOf(message, call) })),
    ...updates.map(update => ({ at: update.timestamp, line: lineOf(update, call) })),
  ].toSorted((one, other) => other.at - one.at);
  return { all, hides: shown.length < said.length };
}

function lineOf({ timestamp, content, by, agent }: TaskUpdate, { scene }: CommandCall): string {
  const { parley, chat } = scene;
  const who = by === null ? null : displayName(chat, by, parley.agents);
  const whose =
    agent === null || (by !== null && agentOf(by) === agent) ? null : (parley.agents.get(agent)?.name ?? agent);
  const names = [who, whose].filter(name => name !== null).map(plainName);
  return `- ${timeOf(timestamp)}: ${plainLine(content, longest)}${names.length === 0 ? '' : ` (${names.join(', ')})`}`;
}

/** A sender's own clock tells nothing, so it stands where it came. */
function wordsOf({ createdAt, from, text, attachment }: SaidMessage, { scene }: CommandCall): string {
  const who = plainName(displayName(scene.chat, from, scene.parley.agents));
  const file =
    attachment === null || attachment.name === text ? '' : ` (a file: ${plainLine(attachment.name, longestName)})`;
  return `- ${timeOf(createdAt)}: ${who} said: “${plainLine(text, longest)}”${file}`;
}
