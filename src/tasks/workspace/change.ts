import { z } from 'zod';
import type { Workspace } from '../../ports/sandbox.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import type { WorkPlace } from '../../ports/work-tools.ts';
import { type Desk, orWhy, pathOf } from './desk.ts';

const longest = 200_000;
const text = z.string().max(longest);

const parameters = z.object({
  action: z.enum(['write', 'replace', 'move', 'delete']),
  path: z.string().min(1).max(300).describe('From the workspace, such as src/plot.py.'),
  content: text.optional().describe('write: the whole text of the file.'),
  old: text.min(1).optional().describe('replace: a passage of the file, exactly as it stands there, and only once.'),
  new: text.optional().describe('replace: what takes its place.'),
  to: z.string().min(1).max(300).optional().describe('move: the new place.'),
});

/** Changes the files of the workspace. Each action may be repeated after a crash. */
export const changeTool = (desk: Desk, place: WorkPlace): Tool =>
  tool({
    name: 'change_files',
    description:
      'Changes files in the workspace of the task. write: makes or replaces a text file, with the folders that it is in. replace: puts one passage in the place of another. move: gives a file or folder another place. delete: removes it.',
    parameters,
    limitMs: 60_000,
    run: (wish, signal) =>
      orWhy(async () => {
        const workspace = await desk.at(place, signal);
        return change(workspace, { ...wish, path: pathOf(wish.path) });
      }),
  });

type Wish = z.output<typeof parameters>;

async function change({ files }: Workspace, wish: Wish): Promise<string> {
  const { action, path, content, old, new: passage, to } = wish;
  if (action === 'delete') return (await files.remove(path)) ? `${path} is deleted.` : `${path} was not there.`;
  if (action === 'move') {
    if (to === undefined) return 'To move it, say to where.';
    await files.move(path, pathOf(to));
    return `${path} is at ${pathOf(to)} now.`;
  }
  if (action === 'write') {
    if (content === undefined) return 'To write a file, give its content.';
    await files.write(path, content);
    return `${path} is written.`;
  }
  if (old === undefined || passage === undefined) return 'To replace a passage, give the old one and the new one.';
  return replace({ files }, path, [old, passage]);
}

async function replace(
  { files }: Pick<Workspace, 'files'>,
  path: string,
  [old, passage]: readonly [string, string],
): Promise<string> {
  const { bytes, size } = await files.read(path);
  if (bytes.length < size) return `${path} is too long for that; write it anew, or use a program.`;
  const before = new TextDecoder().decode(bytes);
  const places = before.split(old).length - 1;
  if (places === 0 && passage !== '' && before.includes(passage)) return `${path} has the new passage already.`;
  if (places !== 1) return `The passage stands ${places} times in ${path}; it has to be there exactly once.`;
  await files.write(path, before.split(old).join(passage));
  return `${path} is changed.`;
}
