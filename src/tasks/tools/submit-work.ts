import { z } from 'zod';
import { built } from '../../core/tasks/stage-machine.ts';
import { isEnded } from '../../core/tasks/task.ts';
import { changeTask } from '../../orchestrator/tasks/change-task.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import { subtasksOf } from '../ask-to-wait.ts';
import { keepFiles, mostFiles } from '../keep-file.ts';
import { saidNow, type Working } from '../working.ts';

const longestContent = 30_000;

/** Ends the stage build: the work is there, and so is every file that is named. */
export const submitWorkTool = (working: Working): Tool =>
  tool({
    name: 'submit_work',
    description:
      'Ends the building: hands in the work. People get the summary and the files, once it was tested and reviewed. A short result stands in the summary; a file has its content here, or is one that is in the workspace already.',
    parameters: z.object({
      summary: z.string().trim().min(1).max(10_000).describe('What came of it, for people, in Markdown.'),
      files: z
        .array(
          z.object({
            path: z.string().min(1).max(200).describe('From the folder of the task: output/haiku.md.'),
            content: z
              .string()
              .max(longestContent)
              .optional()
              .describe('Its text. Left out: the file is in the workspace.'),
          }),
        )
        .max(mostFiles)
        .default([])
        .describe('The files that are handed over.'),
    }),
    async run({ summary, files }, signal, name) {
      const { parley, task } = working;
      const open = (await subtasksOf(parley, task)).filter(one => !isEnded(one));
      if (open.length > 0)
        return `Not yet: the subtasks ${open.map(({ number }) => `#${number}`).join(', ')} are still under way. Wait for them with the tool tasks.`;
      const kept = await keepFiles(working, files, { call: name ?? `/step/${task.steps}`, signal });
      if (typeof kept === 'string') return `Not accepted. ${kept}`;
      const work = { summary, files: kept };
      const next = await changeTask(parley, task._id, stored =>
        built(stored, task.run, { work, said: saidNow(working) }),
      );
      return next?.status === 'test' ? 'Accepted: it is tested now.' : 'The building is over already.';
    },
  });
