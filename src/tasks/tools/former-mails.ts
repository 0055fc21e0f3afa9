import { canonical } from '../approvals.ts';
import type { Working } from '../working.ts';

/** What results of the tool begin with. */
export const sentMark = 'Sent';
export const unsureMark = 'Nobody knows whether it was sent';
/** What a call gives that a crash has cut off. */
export const cutOff = 'It was begun and then cut off, and nobody knows whether it was done.';
export const unknownEnd = `${cutOff} It is not done again. Look whether it was, before you go on.`;

const most = 1_000;

export interface FormerMails {
  /** What became of the last mail of the same words; null: there was none that may have gone out. */
  readonly same: 'sent' | 'unsure' | null;
  /** Mails of the task that went out, or may have. */
  readonly count: number;
}

/** The mails that the task has sent before. The call that is under way is not among them: it has no result yet. */
export async function formerMails({ parley, task }: Working, wish: object): Promise<FormerMails> {
  const steps = await parley.store
    .collection('task_steps')
    .find({ where: { task: task._id }, orderBy: { field: 'order', direction: 'desc' }, limit: most });
  const calls = steps
    .flatMap(step => step.calls)
    .filter(({ name }) => name === 'email')
    .flatMap(({ input, result }) => {
      const became = result === null ? null : becameOf(result);
      return input === null || became === null ? [] : [{ input, became }];
    });
  const same = calls.filter(({ input }) => wordsOf(input) === wordsOf(wish)).map(({ became }) => became);
  return { same: same.includes('sent') ? 'sent' : (same[0] ?? null), count: calls.length };
}

function becameOf(result: string): FormerMails['same'] {
  if (result.startsWith(`${sentMark} to `)) return 'sent';
  return result.startsWith(unsureMark) || result.startsWith(cutOff) ? 'unsure' : null;
}

/** What is the same mail, however the model has written it. */
function wordsOf(input: object): string {
  const { to, subject, text, attachments = [] } = input as Record<string, unknown>;
  const trimmed = [subject, text].map(one => (typeof one === 'string' ? one.trim() : one));
  const addresses = Array.isArray(to) ? to.map(one => String(one).toLowerCase()).toSorted() : to;
  return canonical([addresses, trimmed, attachments]);
}
