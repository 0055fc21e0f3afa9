import { z } from 'zod';
import { type Tool, tool } from '../../ports/tool.ts';
import type { WorkPlace } from '../../ports/work-tools.ts';
import { type Desk, howItEnded, orWhy, pathOf } from './desk.ts';

const [mostSeconds, usualSeconds] = [600, 120];
const outputBytes = 12_000;

/** Runs a command in the workspace of the task. */
export const shellTool = (desk: Desk, place: WorkPlace): Tool =>
  tool({
    name: 'shell',
    description:
      'Runs a command with bash in the workspace of the task: a Linux without network but for package indexes, with Python 3, Node, git, gcc and make. What it starts ends with it. Results go into output/, sources into src/.',
    parameters: z.object({
      command: z.string().min(1).max(20_000).describe('As one types it.'),
      folder: z.string().max(300).default('.').describe('Where it runs, from the workspace.'),
      seconds: z.int().min(1).max(mostSeconds).default(usualSeconds).describe('How long it may take.'),
    }),
    limitMs: (mostSeconds + 30) * 1000,
    // A command that was cut off may have done half of what it does.
    once: true,
    run: ({ command, folder, seconds }, signal) =>
      orWhy(async () => {
        const workspace = await desk.at(place, signal);
        const argv = ['bash', '-c', command] as const;
        const options = { signal, timeoutMs: seconds * 1000, outputBytes };
        return howItEnded(await workspace.run({ argv, folder: pathOf(folder) }, options));
      }),
  });
