import { type StepCall, type TaskStep, withCall } from '../../core/tasks/task-step.ts';
import { step } from '../../telemetry/step.ts';
import type { Working } from '../working.ts';

/** A call that is next. */
export interface Calling {
  readonly steps: readonly TaskStep[];
  /** The step that it belongs to. */
  readonly taken: TaskStep;
  readonly call: StepCall;
  readonly index: number;
  readonly signal: AbortSignal;
}

/** Names the call for ever. */
export const callName = ({ taken, index }: Pick<Calling, 'taken' | 'index'>): string => `${taken._id}/${index}`;

/** The same without the task, for names of what is said about the call. */
export const shortName = ({ taken, index }: Pick<Calling, 'taken' | 'index'>): string => `${taken.order}.${index}`;

/** What the model reads of the call. From here on it is not carried out again. */
export async function storeResult(
  { parley }: Pick<Working, 'parley'>,
  { taken, index }: Pick<Calling, 'taken' | 'index'>,
  result: Partial<StepCall>,
): Promise<void> {
  const steps = parley.store.collection('task_steps');
  const current = await steps.get(taken._id);
  if (current === null || current.calls[index]?.result !== null) return;
  await steps.replace(withCall(current, index, result));
  step('task.call.stored');
}
