import { isParleyError, ParleyError } from '../../core/errors.ts';
import { type TurnId, taskStepId } from '../../core/ids.ts';
import { isSaid, type SaidMessage } from '../../core/message.ts';
import { newTurn } from '../../core/take-turns.ts';
import type { TaskStep } from '../../core/tasks/task-step.ts';
import { hasRead, stepped } from '../../core/tasks/waiting.ts';
import type { Turn } from '../../core/turn.ts';
import { reserve } from '../../orchestrator/budgets/reserve.ts';
import { settle } from '../../orchestrator/budgets/settle.ts';
import { changeTask } from '../../orchestrator/tasks/change-task.ts';
import type { StepAnswer, StepRequest } from '../../ports/agent-runtime.ts';
import { step } from '../../telemetry/step.ts';
import { memoriesBefore } from '../memories.ts';
import { toolsFor } from '../tools/tools-for.ts';
import { meetTrouble } from '../trouble.ts';
import type { Working } from '../working.ts';
import { countOf } from './count-of.ts';
import { stepRequest } from './step-request.ts';
import { bringAlong, type UnreadText, unreadTexts } from './unread.ts';

/** In one step, as people see to it between steps. */
const mostCalls = 20;
const tooMany = `Not done: at most ${mostCalls} calls at a time. Call it again.`;

/** Asks the model for the next step and stores what it says, before anything of it is carried out. */
export async function askModel(working: Working, steps: readonly TaskStep[], signal: AbortSignal): Promise<void> {
  const heard = await unreadTexts(working, steps);
  await bringAlong(working, heard, signal);
  const tools = await toolsFor(working, signal);
  const remembered = (await memoriesBefore(working)).map(({ text }) => text);
  const request = stepRequest(working, { steps, heard: heard.map(({ text }) => text), tools, remembered });
  const answer = await withinBudget(working, request, signal);
  if (answer instanceof ParleyError) return meetTrouble(working, answer);
  const taken = await store(working, answer, heard);
  if (taken === null) return;
  await changeTask(working.parley, working.task._id, task =>
    hasRead(
      stepped(task, countOf(taken)),
      heard.map(({ message }) => message),
    ),
  );
}

/** What the model says, or why it says nothing. Throws the signal's reason. */
async function withinBudget(
  working: Working,
  request: StepRequest,
  signal: AbortSignal,
): Promise<StepAnswer | ParleyError> {
  const { parley } = working;
  const turn = turnFor(working);
  const trigger = await asked(working);
  const held = await reserve(parley, { turn, trigger, request }).catch((error: unknown) => {
    if (isParleyError(error, 'BUDGET_SPENT')) return error;
    throw error;
  });
  if (held instanceof ParleyError) return held;
  step('task.model.called');
  const answer = await parley.runtime.step(request, signal).catch((error: unknown) => ({ error }));
  const failed = 'error' in answer ? answer.error : null;
  const heard = 'error' in answer ? { usage: null, text: '' } : answer;
  await settle(parley, turn, { held, heard: { ...heard, error: signal.aborted ? null : failed } });
  if (!('error' in answer)) return answer;
  signal.throwIfAborted();
  if (failed instanceof ParleyError) return failed;
  parley.log.error({ task: working.task._id, err: failed }, 'A step of a task failed because of a fault in Parley.');
  return new ParleyError('MODEL_REFUSED', 'Something went wrong in Parley; the log tells more.');
}

/** The step as budgets know it: each time that the model is asked is an attempt of its own. */
function turnFor({ parley, task, agent }: Working): Turn {
  const draft = newTurn({
    _id: taskStepId(task._id, task.steps + 1) as string as TurnId,
    chat: task.chat,
    agent: agent._id,
    trigger: task.origin,
    reason: 'works on a task',
    thread: task.thread,
    attempts: parley.clock.now(),
    ...(task.askedBy === null ? {} : { askedBy: task.askedBy }),
  });
  return { ...draft, version: 1, createdAt: 0, updatedAt: 0, tenant: task.tenant };
}

async function asked({ parley, task }: Working): Promise<SaidMessage | null> {
  const message = task.origin === null ? null : await parley.store.collection('messages').get(task.origin);
  return message !== null && isSaid(message) ? message : null;
}

/** The step as it is stored; null where another process was faster. */
async function store(
  { parley, task, agent }: Working,
  answer: StepAnswer,
  unread: readonly UnreadText[],
): Promise<TaskStep | null> {
  const order = task.steps + 1;
  const collection = parley.store.collection('task_steps');
  const _id = taskStepId(task._id, order);
  const calls = answer.calls.map((call, index) => ({
    ...call,
    begun: false,
    result: index < mostCalls ? null : tooMany,
  }));
  const { text, extras, usage } = answer;
  const heard = unread.map(({ message, text: said }) => ({ message, text: said }));
  const [made] = await collection.insert([
    { _id, task: task._id, order, run: task.run, agent: agent._id, heard, text, extras, calls, usage },
  ]);
  step('task.step.stored');
  return made === 'inserted' ? collection.get(_id) : null;
}
