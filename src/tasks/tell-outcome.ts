import { plainLine } from '../core/plain-name.ts';
import type { Approval } from '../core/tasks/task.ts';
import { say } from './say.ts';
import { nameInThread } from './tell-unsure.ts';
import { cutOff, unsureMark } from './tools/former-mails.ts';
import type { Working } from './working.ts';

const [longestWhat, longestResult] = [200, 300];

/**
 * Tells people what became of a call that they allowed, or did not in time, as no model need do so; once for each call. Where nobody knows, they were told
 * that before. May be repeated.
 */
export async function tellOutcome({ parley, task }: Working, approval: Approval, result: string): Promise<void> {
  const text = textFor(approval, result);
  if (text === null) return;
  await say(parley, task, { what: `outcome.${nameInThread(approval.call)}`, as: null, text, notice: true });
}

function textFor({ state, tool, what }: Approval, result: string): string | null {
  const call = `**${tool}** ${plainLine(what, longestWhat)}`;
  if (state === 'expired') return `Nobody allowed it in time, so this was not done: ${call}`;
  if (state !== 'granted' || result.startsWith(unsureMark) || result.startsWith(cutOff)) return null;
  const [first = ''] = result.trim().split('\n', 1);
  return `What became of what was allowed (${call}): ${plainLine(first, longestResult)}`;
}
