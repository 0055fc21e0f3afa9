import { z } from 'zod';
import type { Workspace } from '../../ports/sandbox.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import type { WorkPlace } from '../../ports/work-tools.ts';
import { type Desk, howItEnded, orWhy, pathOf } from './desk.ts';

const [longest, mostEntries, deepest] = [15_000, 200, 6];
const searchMs = 30_000;

/** Looks at the files of the workspace. */
export const lookTool = (desk: Desk, place: WorkPlace): Tool =>
  tool({
    name: 'look_at_files',
    description:
      'Looks at the files in the workspace of the task. tree: what is in a folder and below. read: a text file, or a part of it. search: lines that match a regular expression, in a file or all below a folder.',
    parameters: z.object({
      action: z.enum(['tree', 'read', 'search']),
      path: z.string().max(300).default('.').describe('From the workspace, such as src/plot.py.'),
      from: z.int().min(0).max(1_000_000_000).default(0).describe('read: the byte to begin at, for long files.'),
      pattern: z.string().min(1).max(500).optional().describe('search: the regular expression.'),
    }),
    limitMs: searchMs + 60_000,
    run: ({ action, path, from, pattern = '' }, signal) =>
      orWhy(async () => {
        const workspace = await desk.at(place, signal);
        if (action === 'tree') return tree(workspace, pathOf(path));
        if (action === 'read') return read(workspace, pathOf(path), from);
        if (pattern === '') return 'A search needs a pattern.';
        const argv = [
          'rg',
          '--line-number',
          '--max-columns=300',
          '--max-count=50',
          '--',
          pattern,
          pathOf(path),
        ] as const;
        const ended = await workspace.run({ argv }, { signal, timeoutMs: searchMs, outputBytes: longest });
        return ended.exitCode === 1 ? 'Nothing matches.' : howItEnded(ended);
      }),
  });

async function tree(workspace: Workspace, path: string): Promise<string> {
  const { entries, more } = await workspace.files.list(path, { depth: deepest, limit: mostEntries });
  const lines = entries
    .filter(entry => !/^(?:venv|\.home|\.parley)\//.test(entry.path))
    .map(entry => (entry.kind === 'file' ? `${entry.path} (${entry.size} bytes)` : `${entry.path} (${entry.kind})`));
  return [...lines, ...(more ? ['… and more; look into one of the folders.'] : [])].join('\n') || 'Nothing is there.';
}

async function read(workspace: Workspace, path: string, from: number): Promise<string> {
  const { bytes, size } = await workspace.files.read(path, { offset: from, length: longest });
  if (bytes.includes(0)) return `${JSON.stringify(path)} is no text (${size} bytes).`;
  const rest = size - from - bytes.length;
  const text = new TextDecoder().decode(bytes);
  return rest > 0 ? `${text}\n[… ${rest} bytes more, from ${from + bytes.length} on]` : text;
}
