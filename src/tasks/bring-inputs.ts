import { mayPass } from '../core/errors.ts';
import type { Attachment } from '../core/message.ts';
import { bridgeFor } from '../orchestrator/installation.ts';
import { canReadAttachments } from '../ports/bridge-capabilities.ts';
import { mostFileBytes } from './keep-file.ts';
import { placeOf, type Working } from './working.ts';

/** Where the files of a wish are in a workspace. */
const inputPath = (name: string): string => `attached/${name.replace(/[/\\\p{C}]/gu, '_').slice(0, 100) || 'file'}`;

/** A file that came with a task, as agents get to know it: with its path where there is a workspace. */
export const inputFacts = ({ name, mimeType, size }: Attachment, { workTools }: Working['parley']): object => ({
  name,
  mimeType,
  size,
  ...(workTools.put === undefined ? {} : { path: inputPath(name) }),
});

/** Puts files that came with a task into the workspace, where there is one. May be repeated. What can't be had is left to who asks for it. */
export async function bringInputs(working: Working, files: readonly Attachment[], signal: AbortSignal): Promise<void> {
  const { parley, task } = working;
  const bridge = bridgeFor(parley, task.chat);
  const { put } = parley.workTools;
  if (put === undefined || files.length === 0 || bridge === null || !canReadAttachments(bridge)) return;
  for (const { name, source } of files) {
    try {
      const data = await bridge.readAttachment(source, task.host, mostFileBytes, signal);
      await put(placeOf(working), { path: inputPath(name), data }, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (mayPass(error)) throw error;
      parley.log.warn({ task: task._id, err: error }, 'A file of a task could not be brought into its workspace.');
    }
  }
}
