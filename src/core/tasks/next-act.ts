import { isEnded, isStage, type Task } from './task.ts';

/** What is to be done for a task now. */
export type Act =
  /** Nothing, until something happens; `at`: or until then. */
  | { readonly act: 'rest'; readonly at: number | null }
  /** Somebody is to take it. */
  | { readonly act: 'assign' }
  /** The next step of its stage. */
  | { readonly act: 'step' }
  /** More was used than may be without a person's word. */
  | { readonly act: 'ask limit' };

/** Of the tokens, whether a person has to be asked before more are used. */
const isOverLimit = ({ tokens, tokenLimit }: Task): boolean => tokens >= tokenLimit;

const rest = (at: number | null = null): Act => ({ act: 'rest', at });

/** Pure: the same task at the same time gives the same act. */
export function nextAct(task: Task, now: number): Act {
  if (isEnded(task) || task.held !== null) return rest();
  // Whether somebody can take it is looked at each time.
  if (task.assignedTo === null || !isStage(task.status)) return { act: 'assign' };
  const { waits } = task;
  switch (waits?.for) {
    case 'time':
    case 'sandbox':
      return now >= waits.until ? { act: 'step' } : rest(waits.until);
    case 'answer':
      return task.inbox.length > 0 ? { act: 'step' } : rest();
    case 'approval':
      return waits.approval.state === 'asked' && now < waits.approval.expiresAt
        ? rest(waits.approval.expiresAt)
        : { act: 'step' };
    case 'subtasks':
      return rest();
    case 'agent':
    case undefined:
      return isOverLimit(task) ? { act: 'ask limit' } : { act: 'step' };
  }
}
