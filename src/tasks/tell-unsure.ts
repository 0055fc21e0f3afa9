import type { AgentId } from '../core/ids.ts';
import { plainLine } from '../core/plain-name.ts';
import { callFor, say } from './say.ts';
import type { Working } from './working.ts';

/** What is said of a call is named by it: `…/step00007/0` is `step00007.0`. */
export const nameInThread = (call: string): string => call.slice(call.lastIndexOf('/step') + 1).replace('/', '.');

/** Tells people that something was begun and that nobody knows whether it was done; once for each call. */
export async function tellUnsure(
  { parley, task, agent }: Pick<Working, 'parley' | 'task'> & { readonly agent: AgentId },
  { call, what, why }: { readonly call: string; readonly what: string; readonly why: string },
): Promise<void> {
  const about = `${callFor(task)}⚠️ Nobody knows whether this was done: **${plainLine(what, 200)}**. ${why}`;
  const text = `${about} It is not done again without your word; please look whether it was.`;
  await say(parley, task, { what: `unsure.${nameInThread(call)}`, as: agent, text, notice: false });
}
