import { ParleyError } from '../core/errors.ts';
import { taskFileId } from '../core/ids.ts';
import { filePath, mimeTypeOf } from '../core/tasks/file-path.ts';
import type { TaskFile } from '../core/tasks/task.ts';
import { placeOf, type Working } from './working.ts';

/** Of one file, and how many there may be in a result. */
export const mostFileBytes = 8_000_000;
export const mostFiles = 10;

export interface NamedFile {
  readonly path: string;
  /** Left out: it is in the workspace. */
  readonly content?: string | undefined;
}

/** The files of a result, kept, or what is wrong with one, for the model; then none is kept. May be repeated under the same name of the call. */
export async function keepFiles(
  working: Working,
  files: readonly NamedFile[],
  { call, signal }: { readonly call: string; readonly signal: AbortSignal },
): Promise<readonly TaskFile[] | string> {
  const twice = files
    .map(({ path }) => filePath(path))
    .find((path, index, all) => path !== null && all.indexOf(path) < index);
  if (twice !== undefined)
    return `${JSON.stringify(twice)} is named twice, and one would be in the place of the other. Give each file a path of its own.`;
  const kept: TaskFile[] = [];
  const added: TaskFile['id'][] = [];
  for (const [index, file] of files.entries()) {
    const found = await contentOf(working, file, signal);
    if (typeof found === 'string') {
      for (const id of added) await working.parley.store.collection('task_files').delete(id);
      return found;
    }
    const { file: taken, isNew } = await keep(working, { ...found, id: taskFileId(working.task._id, call, index + 1) });
    kept.push(taken);
    if (isNew) added.push(taken.id);
  }
  return kept;
}

async function contentOf(
  working: Working,
  { path: given, content }: NamedFile,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly data: Uint8Array } | string> {
  const path = filePath(given);
  if (path === null) return `${JSON.stringify(given.slice(0, 100))} is no path in the folder of the task.`;
  const data = content === undefined ? await fromWorkspace(working, path, signal) : new TextEncoder().encode(content);
  return typeof data === 'string' ? data : { path, data };
}

async function fromWorkspace(working: Working, path: string, signal: AbortSignal): Promise<Uint8Array | string> {
  try {
    const data = await working.parley.workTools.read(placeOf(working), { path, maxBytes: mostFileBytes }, signal);
    return data ?? `There is no file ${JSON.stringify(path)}. Give its content, or make it first.`;
  } catch (error) {
    if (error instanceof ParleyError && !error.retry && error.code !== 'SANDBOX_MISSING')
      return `${JSON.stringify(path)} can't be handed over: ${error.message}`;
    throw error;
  }
}

async function keep(
  { parley, task }: Working,
  { path, data, id }: { readonly path: string; readonly data: Uint8Array; readonly id: TaskFile['id'] },
): Promise<{ readonly file: TaskFile; readonly isNew: boolean }> {
  const file = { path, mimeType: mimeTypeOf(path), size: data.byteLength };
  const content = Buffer.from(data).toString('base64');
  const files = parley.store.collection('task_files');
  const [made] = await files.insert([{ _id: id, task: task._id, ...file, data: content }]);
  return { file: { id, ...file }, isNew: made === 'inserted' };
}
