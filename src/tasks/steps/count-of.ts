import type { TaskStep } from '../../core/tasks/task-step.ts';
import type { stepped } from '../../core/tasks/waiting.ts';

/** What a step counts for. */
export const countOf = ({ order, run, calls, usage }: TaskStep): Parameters<typeof stepped>[1] => ({
  order,
  run,
  tokens: (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0),
  called: calls.length > 0,
});
