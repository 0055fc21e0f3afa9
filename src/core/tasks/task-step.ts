import type { Document } from '../document.ts';
import type { AgentId, MessageId, TaskId, TaskStepId } from '../ids.ts';
import type { Usage } from '../turn.ts';

/** A call that a model made in a step. */
export interface StepCall {
  /** The model's own name of it. */
  readonly id: string;
  readonly name: string;
  /** Null where what the model sent is no JSON object. */
  readonly input: Readonly<Record<string, unknown>> | null;
  /** Whether it was begun: after a crash in the middle of it nobody knows how far it got. */
  readonly begun: boolean;
  /** What it does, for people: they have allowed it, and it was begun. */
  readonly allowed?: string;
  /** What the model reads; null: it is not done yet. */
  readonly result: string | null;
  /** What people said that is the result. */
  readonly read?: readonly MessageId[];
}

/**
 * One step of the work: what a model said and called, and what came of that. Stored before the first call is carried out and after each, so
 * that work goes on behind the last call that has a result.
 */
export interface TaskStep extends Document<TaskStepId> {
  readonly task: TaskId;
  /** From 1, over all stages. */
  readonly order: number;
  /** The run of a stage that it belongs to. */
  readonly run: number;
  readonly agent: AgentId;
  /** What people said in the thread before it. */
  readonly heard: readonly { readonly message: MessageId; readonly text: string }[];
  readonly text: string;
  /** What the provider wants back with its own calls. */
  readonly extras: Readonly<Record<string, unknown>>;
  readonly calls: readonly StepCall[];
  readonly usage: Usage | null;
}

/** The first call that is not done; null: all are. */
export function openCall({
  calls,
}: Pick<TaskStep, 'calls'>): { readonly call: StepCall; readonly index: number } | null {
  const index = calls.findIndex(({ result }) => result === null);
  const call = calls[index];
  return call === undefined ? null : { call, index };
}

/** What people said that was read in these steps. */
export const readIn = (steps: readonly TaskStep[]): Set<MessageId> =>
  new Set(
    steps.flatMap(({ heard, calls }) => [
      ...heard.map(({ message }) => message),
      ...calls.flatMap(({ read = [] }) => read),
    ]),
  );

/** The step with what has become of one of its calls. */
export const withCall = (step: TaskStep, index: number, change: Partial<StepCall>): TaskStep => ({
  ...step,
  calls: step.calls.map((call, at) => (at === index ? { ...call, ...change } : call)),
});
