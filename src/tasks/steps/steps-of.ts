import type { Task } from '../../core/tasks/task.ts';
import type { TaskStep } from '../../core/tasks/task-step.ts';
import type { Installation } from '../../orchestrator/installation.ts';
import type { WorkRound } from '../../ports/agent-runtime.ts';

/** More than a stage has steps. */
const most = 1000;

/** The steps of the stage as it runs now, oldest first. */
export async function stepsOf({ store }: Pick<Installation, 'store'>, task: Task): Promise<TaskStep[]> {
  const found = await store
    .collection('task_steps')
    .find({ where: { task: task._id }, orderBy: { field: 'order', direction: 'desc' }, limit: most });
  return found.filter(({ run }) => run === task.run).reverse();
}

/** Said to a model that called nothing. */
export const nudge =
  'You called no tool, and nobody reads what you write beside calls. Go on by calling one; when the stage is done, by the one that ends it.';

/** The steps as a model gets them. */
export function roundsOf(steps: readonly TaskStep[]): WorkRound[] {
  return steps.map((step, index) => ({
    heard: [...(calledNothing(steps[index - 1]) ? [nudge] : []), ...step.heard.map(({ text }) => text)],
    text: step.text,
    extras: step.extras,
    calls: step.calls.map(({ id, name, input, result }) => ({ id, name, input, result: result ?? '' })),
  }));
}

export const calledNothing = (step: TaskStep | undefined): boolean => step !== undefined && step.calls.length === 0;
