import { z } from 'zod';
import { inCode } from '../../core/command/in-code.ts';
import { text } from '../../core/command/parameters.ts';
import { command } from './command.ts';
import { onTask, whichTask } from './on-task.ts';

export const taskFiles = command({
  name: 'task files',
  summary: 'Lists the files of a task: those that came with it and those that came of it.',
  needs: 'command',
  parameters: z.object({ task: text(whichTask).optional() }),
  example: 'task files 3',
  run: ({ task }, call) =>
    onTask(call, task, async ({ number, inputs, work }) => {
      const given = inputs.map(({ name, size }) => `- ${inCode(name)} (${sizeOf(size)}, came with it)`);
      const made = (work?.files ?? []).map(({ path, size }) => `- ${inCode(path)} (${sizeOf(size)})`);
      if (given.length + made.length === 0) return `Task #${number} has no files yet.`;
      const how = made.length === 0 ? [] : ['', `\`${call.prefix}task get ${number} <path>\` sends one.`];
      return [...given, ...made, ...how].join('\n');
    }),
});

function sizeOf(bytes: number | null): string {
  if (bytes === null) return 'size unknown';
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
