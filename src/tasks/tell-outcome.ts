import { plainLine } from '../core/plain-name.ts';
import type { Approval } from '../core/tasks/task.ts';
import { say } from './say.ts';
import { nameInThread } from './tell-unsure.ts';
import { cutOff, unsureMark } from './tools/former-mails.ts';
import type { Working } from './working.ts';

const [longestWhat, longestResult] = [200, 300];

/**
 * Tells people what became of a call that they allowed, as no model need do so; once for each call. Where nobody knows, they were told that before.
 * May be repeated.
 */
export async function tellOutcome({ parley, task }: Working, approval: Approval, result: string): Promise<void> {
  if (approval.state !== 'granted' || result.startsWith(unsureMark) || result.startsWith(cutOff)) return;
  const [first = ''] = result.trim().split('\n', 1);
  const what = `**${approval.tool}** ${plainLine(approval.what, longestWhat)}`;
  const text = `What became of what was allowed (${what}): ${plainLine(first, longestResult)}`;
  await say(parley, task, { what: `outcome.${nameInThread(approval.call)}`, as: null, text, notice: true });
}
