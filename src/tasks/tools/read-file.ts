import { z } from 'zod';
import { bridgeFor } from '../../orchestrator/installation.ts';
import { canReadAttachments } from '../../ports/bridge-capabilities.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import { inputsOf } from '../bring-inputs.ts';
import type { Working } from '../working.ts';

const mostBytes = 2_000_000;
const longest = 15_000;

/** Reads what came with the wish, and the files that were handed in. Texts only. */
export const readFileTool = (working: Working): Tool =>
  tool({
    name: 'read_file',
    description: 'Reads a text file that was attached to the task, or that was handed in as part of the work.',
    parameters: z.object({
      name: z.string().min(1).max(200).describe('As it is named among the attached or handed in files.'),
      from: z.int().min(0).max(10_000_000).default(0).describe('The character to begin at, for long files.'),
    }),
    async run({ name, from }, signal) {
      const bytes = await bytesOf(working, name, signal);
      if (bytes === null) return `There is no file ${JSON.stringify(name)}.`;
      const text = new TextDecoder().decode(bytes);
      if (text.includes('\u0000')) return `${JSON.stringify(name)} is no text (${bytes.byteLength} bytes).`;
      const part = text.slice(from, from + longest);
      const rest = text.length - from - part.length;
      return rest > 0 ? `${part}\n[… ${rest} characters more, from ${from + part.length} on]` : part;
    },
  });

async function bytesOf({ parley, task }: Working, name: string, signal: AbortSignal): Promise<Uint8Array | null> {
  const handedIn = task.work?.files.find(({ path }) => path === name || path.endsWith(`/${name}`));
  if (handedIn !== undefined) {
    const stored = await parley.store.collection('task_files').get(handedIn.id);
    return stored === null ? null : new Uint8Array(Buffer.from(stored.data, 'base64'));
  }
  const input = inputsOf(task).find(({ called, path }) => called === name || path === name)?.file;
  const bridge = bridgeFor(parley, task.chat);
  if (input === undefined || bridge === null || !canReadAttachments(bridge)) return null;
  return bridge.readAttachment(input.source, task.host, mostBytes, signal);
}
