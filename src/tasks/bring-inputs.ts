import { isParleyError, mayPass } from '../core/errors.ts';
import type { Attachment } from '../core/message.ts';
import { distinctNames } from '../core/tasks/distinct-names.ts';
import { bridgeFor } from '../orchestrator/installation.ts';
import { canReadAttachments } from '../ports/bridge-capabilities.ts';
import { mostFileBytes } from './keep-file.ts';
import { placeOf, type Working } from './working.ts';

const plain = (name: string): string => name.replace(/[/\\\p{C}]/gu, '_').slice(0, 100) || 'file';

/** A file that came with a task, and what it is called there: two of one name are told apart. */
interface Input {
  readonly file: Attachment;
  readonly called: string;
  /** Where it is in a workspace. */
  readonly path: string;
}

export function inputsOf({ inputs }: Pick<Working['task'], 'inputs'>): Input[] {
  const paths = distinctNames(inputs.map(({ name }) => plain(name)));
  const names = distinctNames(inputs.map(({ name }) => name));
  return inputs.map((file, index) => ({ file, called: names[index] ?? '', path: `attached/${paths[index]}` }));
}

/** A file that came with a task, as agents get to know it: with its path where there is a workspace. */
export function inputFacts(file: Attachment, { parley, task }: Pick<Working, 'parley' | 'task'>): object {
  const { mimeType, size } = file;
  const known = inputsOf(task).find(one => one.file.source === file.source);
  const path = known === undefined || parley.workTools.put === undefined ? {} : { path: known.path };
  return { name: known?.called ?? file.name, mimeType, size, ...path };
}

/** Puts files that came with a task into the workspace, where there is one. May be repeated. What can't be had is left to who asks for it; what only has to wait is thrown. */
export async function bringInputs(working: Working, files: readonly Attachment[], signal: AbortSignal): Promise<void> {
  const { parley, task } = working;
  const bridge = bridgeFor(parley, task.chat);
  const { put } = parley.workTools;
  if (put === undefined || files.length === 0 || bridge === null || !canReadAttachments(bridge)) return;
  const wanted = new Set(files.map(({ source }) => source));
  for (const { file, path } of inputsOf(task).filter(one => wanted.has(one.file.source))) {
    try {
      const data = await bridge.readAttachment(file.source, task.host, mostFileBytes, signal);
      await put(placeOf(working), { path, data }, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (mayPass(error) || isParleyError(error, 'SANDBOX_MISSING')) throw error;
      parley.log.warn({ task: task._id, err: error }, 'A file of a task could not be brought into its workspace.');
    }
  }
}
