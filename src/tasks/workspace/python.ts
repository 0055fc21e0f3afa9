import { z } from 'zod';
import type { Workspace } from '../../ports/sandbox.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import type { WorkPlace } from '../../ports/work-tools.ts';
import { type Desk, howItEnded, orWhy } from './desk.ts';
import { furtherHosts, reaching } from './further-hosts.ts';

const [mostSeconds, usualSeconds] = [600, 120];
const outputBytes = 12_000;
const installMs = 300_000;
const packageName = /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[A-Za-z0-9,._-]+\])?(?:[=<>~!]=?[A-Za-z0-9.*_-]+)?$/;
/** The packages of the image are seen in it, too, so that most work needs none; with them pip, which would take seconds to be put there. */
const makeVenv = 'test -x venv/bin/python || python3 -m venv --without-pip --system-site-packages venv';

/** Runs Python in the venv of the task. */
export const pythonTool = (desk: Desk, place: WorkPlace): Tool =>
  tool({
    name: 'python',
    description:
      'Runs a Python 3 program in the workspace of the task, in its own venv, which has matplotlib, pandas, pytest, reportlab and weasyprint; names of further packages are installed first. Only what it prints comes back; plots and documents are saved into output/.',
    parameters: z.object({
      code: z.string().min(1).max(50_000).describe('The whole program.'),
      packages: z
        .array(z.string().max(100).regex(packageName, 'a name of PyPI, such as requests or numpy==2.0.0'))
        .max(10)
        .default([])
        .describe('Packages of PyPI that it needs and that are not there yet.'),
      seconds: z.int().min(1).max(mostSeconds).default(usualSeconds).describe('How long it may take.'),
      hosts: furtherHosts,
    }),
    limitMs: (mostSeconds + 30) * 1000 + installMs,
    once: true,
    danger({ hosts }) {
      const grants = desk.ungranted(hosts);
      return grants.length === 0 ? null : reaching(grants);
    },
    run: ({ code, packages, seconds, hosts }, signal) =>
      orWhy(() => {
        const run = async (workspace: Workspace): Promise<string> => {
          const prepared = await prepare(workspace, packages, signal);
          if (prepared !== null) return `The packages could not be installed. ${prepared}`;
          const options = { signal, timeoutMs: seconds * 1000, outputBytes };
          return howItEnded(await workspace.run({ argv: ['venv/bin/python', '-'], input: code }, options));
        };
        return desk.granting(place, desk.ungranted(hosts), { signal, run });
      }),
  });

/** Null, or why the venv or a package is not to be had. */
async function prepare(workspace: Workspace, packages: readonly string[], signal: AbortSignal): Promise<string | null> {
  const steps = [
    ['sh', '-c', makeVenv] as const,
    ...(packages.length === 0 ? [] : [['venv/bin/python', '-m', 'pip', 'install', '-q', '--', ...packages] as const]),
  ];
  for (const argv of steps) {
    const ended = await workspace.run({ argv }, { signal, timeoutMs: installMs, outputBytes: 4000 });
    if (ended.exitCode !== 0) return howItEnded(ended);
  }
  return null;
}
