import { z } from 'zod';
import { inCode } from '../../core/command/in-code.ts';
import { text, word } from '../../core/command/parameters.ts';
import type { Decision } from '../../core/take-turns.ts';
import type { Task, TaskFile } from '../../core/tasks/task.ts';
import type { Part } from '../../core/turn.ts';
import { type CommandCall, command } from './command.ts';
import { onTask } from './on-task.ts';

export const taskGet = command({
  name: 'task get',
  summary: 'Sends a file of a task.',
  needs: 'command',
  parameters: z.object({
    task: word('Its number, or how its title begins; in its thread, `this`.'),
    path: text('The file, as `task files` lists it; its name is enough, or how it begins.'),
  }),
  example: 'task get 3 haiku.md',
  run: ({ task, path }, call) => onTask(call, task, async found => sent(found, path.trim(), call)),
});

function sent(task: Task, path: string, call: CommandCall): string | Decision {
  const files = task.work?.files ?? [];
  const meant = filesMeant(path, files);
  const [file] = meant;
  if (file === undefined) {
    if (task.inputs.some(({ name }) => name === path))
      return `${inCode(path)} came with task #${task.number}, and stands in this room where it was sent.`;
    return files.length === 0
      ? `Task #${task.number} has no files yet.`
      : `There is no file ${inCode(path)}. There are: ${files.map(one => inCode(one.path)).join(', ')}.`;
  }
  if (meant.length > 1) return `Several are called that: ${meant.map(one => inCode(one.path)).join(', ')}.`;
  const answer = call.reply(`${inCode(file.path)} of task #${task.number}:`);
  return { ...answer, asides: answer.asides?.map(turn => ({ ...turn, parts: [...turn.parts, attached(file)] })) ?? [] };
}

/** The file of this path, or of this name, or those whose path or name begins so. */
function filesMeant(path: string, files: readonly TaskFile[]): readonly TaskFile[] {
  const said = path.toLowerCase();
  const nameOf = (file: TaskFile): string => file.path.slice(file.path.lastIndexOf('/') + 1);
  const ways = [
    (file: TaskFile): boolean => file.path === path,
    (file: TaskFile): boolean => file.path.endsWith(`/${path}`),
    (file: TaskFile): boolean => [file.path, nameOf(file)].some(one => one.toLowerCase().startsWith(said)),
  ];
  return ways.map(way => files.filter(way)).find(found => found.length > 0) ?? [];
}

const attached = ({ id, path, mimeType, size }: TaskFile): Part => ({
  body: { kind: 'attachment', name: path.slice(path.lastIndexOf('/') + 1), mimeType, size, file: id },
  state: 'pending',
  externalId: null,
});
