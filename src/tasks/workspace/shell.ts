import { z } from 'zod';
import type { Workspace } from '../../ports/sandbox.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import type { WorkPlace } from '../../ports/work-tools.ts';
import { type Desk, howItEnded, orWhy, pathOf } from './desk.ts';
import { furtherHosts, reaching } from './further-hosts.ts';

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
      hosts: furtherHosts,
    }),
    limitMs: (mostSeconds + 30) * 1000,
    // A command that was cut off may have done half of what it does.
    once: true,
    danger({ hosts }) {
      const grants = desk.ungranted(hosts);
      return grants.length === 0 ? null : reaching(grants);
    },
    run: ({ command, folder, seconds, hosts }, signal) =>
      orWhy(() => {
        const argv = ['bash', '-c', command] as const;
        const options = { signal, timeoutMs: seconds * 1000, outputBytes };
        const run = async (workspace: Workspace): Promise<string> =>
          howItEnded(await workspace.run({ argv, folder: pathOf(folder) }, options));
        return desk.granting(place, desk.ungranted(hosts), { signal, run });
      }),
  });
