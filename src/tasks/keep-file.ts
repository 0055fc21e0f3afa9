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

/** The files of a result, kept, or what is wrong with one, for the model. May be repeated under the same name of the call. */
export async function keepFiles(
  working: Working,
  files: readonly NamedFile[],
  { call, signal }: { readonly call: string; readonly signal: AbortSignal },
): Promise<readonly TaskFile[] | string> {
  const kept: TaskFile[] = [];
  for (const [index, file] of files.entries()) {
    const path = filePath(file.path);
    if (path === null) return `${JSON.stringify(file.path.slice(0, 100))} is no path in the folder of the task.`;
    const data =
      file.content === undefined ? await fromWorkspace(working, path, signal) : new TextEncoder().encode(file.content);
    if (typeof data === 'string') return data;
    kept.push(await keep(working, { path, data, id: taskFileId(working.task._id, call, index + 1) }));
  }
  return kept;
}

async function fromWorkspace(working: Working, path: string, signal: AbortSignal): Promise<Uint8Array | string> {
  try {
    const data = await working.parley.workTools.read(placeOf(working), { path, maxBytes: mostFileBytes }, signal);
    return data ?? `There is no file ${JSON.stringify(path)}. Give its content, or make it first.`;
  } catch (error) {
    if (error instanceof ParleyError && !error.retry)
      return `${JSON.stringify(path)} can't be handed over: ${error.message}`;
    throw error;
  }
}

async function keep(
  { parley, task }: Working,
  { path, data, id }: { readonly path: string; readonly data: Uint8Array; readonly id: TaskFile['id'] },
): Promise<TaskFile> {
  const file = { path, mimeType: mimeTypeOf(path), size: data.byteLength };
  const content = Buffer.from(data).toString('base64');
  await parley.store.collection('task_files').insert([{ _id: id, task: task._id, ...file, data: content }]);
  return { id, ...file };
}
