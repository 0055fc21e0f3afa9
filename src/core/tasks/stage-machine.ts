import type { AgentId, MemberId } from '../ids.ts';
import {
  type Check,
  isEnded,
  isForgotten,
  isStage,
  mostSendBacks,
  type Plan,
  type Stage,
  type Task,
  type TaskStatus,
  type Verdict,
  type Work,
} from './task.ts';
import { type Said, turned } from './turned.ts';

/**
 * How a task goes from stage to stage. Each function gives the task after something happened, or the same object where that can't happen to it
 * now: a call that is carried out again after a crash names the run that it was made in, and changes nothing once that is over.
 */

/** Somebody takes the task, or takes it over in the stage in which it is. */
export function assign(task: Task, agent: AgentId, said: Said): Task {
  if (isEnded(task) || task.held !== null) return task;
  if (task.assignedTo === agent && isStage(task.status)) return task;
  const status: TaskStatus = isStage(task.status) ? task.status : 'design';
  return turned(withWorker(begin(task, status), agent), {
    updateType: 'status_change',
    content: `→ ${status}`,
    ...said,
  });
}

/** Who works on it now. Who builds can't review. */
const withWorker = (task: Task, agent: AgentId): Task => ({
  ...task,
  assignedTo: agent,
  takenRun: task.run,
  builders: task.status === 'review' || task.builders.includes(agent) ? task.builders : [...task.builders, agent],
});

/** A stage begins: anew, also where it is the same. */
const begin = (task: Task, status: TaskStatus): Task => ({
  ...task,
  status,
  stageProgress: 0,
  run: task.run + 1,
  runSteps: 0,
  idle: 0,
  troubles: 0,
  waits: null,
});

const isIn = (task: Task, stage: Stage, run: number): boolean => task.status === stage && task.run === run;

interface Planned {
  readonly plan: Plan;
  /** What whoever planned it thinks of how much there is to it; null: nothing. */
  readonly complexity?: number | null;
  /** Whether it is more than they take, and others could take it. */
  readonly isForOthers?: boolean;
  readonly said: Said;
}

/** There is a plan: it is built now, by somebody else where it turned out to be too much. */
export function planned(task: Task, run: number, { plan, complexity, isForOthers, said }: Planned): Task {
  if (!isIn(task, 'design', run)) return task;
  const next = { ...withComplexity(begin(task, 'build'), complexity ?? null), plan };
  return turned(isForOthers ? { ...next, assignedTo: null } : next, {
    updateType: 'status_change',
    content: 'design → build',
    ...said,
  });
}

/** What a person has said of it stands. */
export const withComplexity = (task: Task, complexity: number | null): Task =>
  complexity === null || task.complexityBy === 'person' ? task : { ...task, complexity, complexityBy: 'agent' };

/** It is built: it is tested now. */
export function built(task: Task, run: number, given: { readonly work: Work; readonly said: Said }): Task {
  if (!isIn(task, 'build', run)) return task;
  const plan = task.plan && { ...task.plan, steps: task.plan.steps.map(step => ({ ...step, done: true })) };
  const next = { ...begin(task, 'test'), plan, work: given.work };
  return turned(next, { updateType: 'status_change', content: 'build → test', ...given.said });
}

/** It was tested: it is reviewed now, by nobody yet; or it goes back. */
export function tested(
  task: Task,
  run: number,
  given: { readonly checks: readonly Check[]; readonly said: Said },
): Task {
  if (!isIn(task, 'test', run)) return task;
  const { checks, said } = given;
  if (checks.every(({ passed }) => passed)) {
    const next = { ...begin(task, 'review'), checks, assignedTo: null };
    return turned(next, { updateType: 'status_change', content: 'test → review', ...said });
  }
  return sentBack({ ...task, checks }, { said, why: 'A check failed three times over.' });
}

/** The reviewer has decided; who has built it is none. */
export function reviewed(task: Task, run: number, given: { readonly verdict: Verdict; readonly said: Said }): Task {
  if (!isIn(task, 'review', run)) return task;
  const { verdict, said } = given;
  if (task.builders.includes(verdict.by)) return task;
  const next = { ...task, verdicts: [...task.verdicts, verdict] };
  if (!verdict.accepted) return sentBack(next, { said, why: 'The review sent it back too often.' });
  return turned(
    { ...next, status: 'complete', stageProgress: 100, waits: null, result: task.work, completedAt: said.at },
    { updateType: 'status_change', content: 'review → complete', ...said },
  );
}

/** It is built once more, by who built it last; where that was too often, it has failed. */
function sentBack(task: Task, { said, why }: { readonly said: Said; readonly why: string }): Task {
  if (task.sendBacks >= mostSendBacks) return failed(task, why, said);
  const next = { ...begin(task, 'build'), sendBacks: task.sendBacks + 1, assignedTo: task.builders.at(-1) ?? null };
  return turned(next, { updateType: 'status_change', content: `${task.status} → build`, ...said });
}

/** It can't be done. What there is of it stays. */
export function failed(task: Task, why: string, said: Said): Task {
  if (isEnded(task)) return task;
  const next: Task = { ...task, status: 'failed', waits: null, failure: why, result: task.work, completedAt: said.at };
  return turned(next, { updateType: 'status_change', content: `${task.status} → failed`, ...said });
}

/** Nobody wants it any more. */
export function cancelled(task: Task, said: Said): Task {
  if (isEnded(task)) return task;
  const next: Task = { ...task, status: 'cancelled', waits: null, held: null, result: task.work, completedAt: said.at };
  return turned(next, { updateType: 'status_change', content: `${task.status} → cancelled`, ...said });
}

/** It rests where it is. */
export function paused(task: Task, said: Said): Task {
  if (isEnded(task) || task.held !== null) return task;
  const held = { by: said.by, since: said.at };
  return turned({ ...task, held }, { updateType: 'status_change', content: `${task.status}: paused`, ...said });
}

/** It goes on where it was; what it waits for, it still waits for, except for time. */
export function resumed(task: Task, said: Said): Task {
  if (task.held === null || isEnded(task)) return task;
  const waits = task.waits?.for === 'time' ? null : task.waits;
  const next = { ...task, held: null, waits, troubles: 0 };
  return turned(next, { updateType: 'status_change', content: `${task.status}: goes on`, ...said });
}

/** A task that failed or was cancelled begins anew, with what is known of the first time. */
export function retried(task: Task, said: Said): Task {
  if ((task.status !== 'failed' && task.status !== 'cancelled') || isForgotten(task)) return task;
  const fresh = {
    open: true,
    sendBacks: 0,
    passedOver: [],
    checks: [],
    completedAt: null,
    result: null,
    assignedTo: null,
  };
  const { endTold: _, ...begun } = begin(task, 'not_started');
  const next: Task = { ...begun, ...fresh };
  return turned(next, { updateType: 'status_change', content: `${task.status} → not_started`, ...said });
}

/** Who has it can't go on: it is for somebody else, and never again for them. */
export function passedOn(task: Task, said: Said): Task {
  if (isEnded(task) || task.assignedTo === null) return task;
  const passedOver = [...new Set([...task.passedOver, task.assignedTo])];
  const next = { ...task, passedOver, assignedTo: null, waits: null, troubles: 0 };
  return turned(next, { updateType: 'note', content: 'passed on', ...said });
}

/** Who has it is not there any more, or can't go on for now: somebody else does. */
export function leftBehind(task: Task, said: Said, why = 'its agent is gone'): Task {
  if (isEnded(task) || task.assignedTo === null) return task;
  return turned({ ...task, assignedTo: null, waits: null }, { updateType: 'note', content: why, ...said });
}

/** Whom a person wants for it, also if they have failed at it before; who has it now has it no more. */
export function wanted(task: Task, agent: AgentId, said: Said): Task {
  if (isEnded(task) || (task.wantedAgent === agent && task.assignedTo === agent)) return task;
  const isReview = task.status === 'review';
  const assignedTo = isReview ? task.assignedTo : null;
  const passedOver = task.passedOver.filter(one => one !== agent);
  const next = { ...task, wantedAgent: agent, passedOver, assignedTo, waits: isReview ? task.waits : null };
  return turned(next, { updateType: 'note', content: `wanted: ${agent}`, ...said });
}

/** People were told how it ended. */
export const endTold = (task: Task): Task =>
  isEnded(task) && task.open && !task.endTold ? { ...task, endTold: true } : task;

/** And its card shows it. */
export const closed = (task: Task): Task => {
  if (!isEnded(task) || !task.open) return task;
  const { endTold: _, ...rest } = task;
  return { ...rest, open: false };
};

/** By whom and when. */
export const saidBy = (by: MemberId | null, at: number, agent: AgentId | null = null): Said => ({ by, at, agent });
