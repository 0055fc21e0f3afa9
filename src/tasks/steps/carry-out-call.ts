import { isParleyError } from '../../core/errors.ts';
import { type StepCall, type TaskStep, withCall } from '../../core/tasks/task-step.ts';
import { approvalOf, goesOn } from '../../core/tasks/waiting.ts';
import { changeTask } from '../../orchestrator/tasks/change-task.ts';
import { lookAhead, OutOfTime, runCall } from '../../ports/run-call.ts';
import type { Tool } from '../../ports/tool.ts';
import { step } from '../../telemetry/step.ts';
import { type Approved, approvalFor, requestApproval } from '../ask-approval.ts';
import { askPerson } from '../ask-person.ts';
import { askToWait } from '../ask-to-wait.ts';
import { tellOutcome } from '../tell-outcome.ts';
import { tellUnsure } from '../tell-unsure.ts';
import { unknownEnd } from '../tools/former-mails.ts';
import { toolsFor } from '../tools/tools-for.ts';
import type { Working } from '../working.ts';
import { tryAgain } from '../workspace/try-again.ts';
import { type Calling, callName, storeResult } from './calling.ts';

/**
 * Carries out the next call of a step and stores what came of it; or asks a person first, and the task waits. What must not be begun twice is
 * noted before it is begun. Rejects with `SANDBOX_MISSING` where it needs a workspace and there is nothing to run it in: then it is as if it had not been
 * begun.
 */
export async function carryOutCall(working: Working, calling: Calling): Promise<void> {
  const { parley } = working;
  const tools = await toolsFor(working, calling.signal);
  const tool = tools.find(({ name }) => name === calling.call.name);
  const input = tool === undefined ? null : await understood(tool, calling.call);
  if (tool?.asks !== undefined && input !== null) return askPerson(working, calling, tool.asks(input.value));
  if (tool?.waits !== undefined && input !== null && (await tool.waits(input.value)))
    return askToWait(working, calling);
  const what = (input && (await tool?.danger?.(input.value))) ?? null;
  const approval = what === null ? null : await approvalFor(working, calling);
  if (tool !== undefined && what !== null && approval === null) return ask(working, calling, { tool, input, what });
  const result =
    approval !== null && approval !== 'granted'
      ? denied[approval]
      : await done(working, calling, { tools, once: tool?.once ?? what !== null, what });
  if (result === null) return;
  await storeResult(working, calling, { result });
  const asked = approvalOf(working.task, callName(calling));
  if (asked !== null && approval !== null) await tellOutcome(working, { ...asked, state: approval }, result);
  if (what !== null)
    await changeTask(parley, working.task._id, stored => (stored.waits?.for === 'approval' ? goesOn(stored) : stored));
}

/** Asks a person, where there is anything to ask. */
async function ask(
  working: Working,
  calling: Calling,
  {
    tool,
    input,
    what,
  }: { readonly tool: Tool; readonly input: { readonly value: unknown } | null; readonly what: string },
): Promise<void> {
  const { clock, log } = working.parley;
  const { signal } = calling;
  const ahead = await tryAgain(clock, signal, () =>
    lookAhead(tool, input?.value, { log, signal, passes: isOfSandbox }),
  ).catch(lostInTheMiddle(no => ({ no })));
  if ('no' in ahead) return storeResult(working, calling, { result: ahead.no });
  return requestApproval(working, calling, { what, shown: ahead.shown });
}

const denied: Readonly<Record<Exclude<Approved, 'granted'>, string>> = {
  denied:
    'Not done: a person said no. Do not try the same again; find another way, or say in the result that it is not done.',
  expired: 'Not done: nobody allowed it in time. Find another way, or say in the result that it is not done.',
};

async function understood(tool: Tool, { input }: StepCall): Promise<{ readonly value: unknown } | null> {
  if (input === null) return null;
  const parsed = await tool.parameters.safeParseAsync(input);
  return parsed.success ? { value: parsed.data } : null;
}

/** Null where another process was faster. */
async function done(
  working: Working,
  calling: Calling,
  { tools, once, what }: { readonly tools: readonly Tool[]; readonly once: boolean; readonly what: string | null },
): Promise<string | null> {
  const { parley } = working;
  const { call, taken, index, signal } = calling;
  const lost = (why: string): Promise<string> => nobodyKnows(working, calling, { what, why });
  if (once && call.begun) return lost('Parley ended in the middle of it.');
  const isNoted = once || what !== null;
  const begun = isNoted ? await noteBegun(working, calling, what) : taken;
  if (begun === null) return null;
  // What a person has allowed has an effect that may be there all the same.
  const passes = (error: unknown): boolean => isOfSandbox(error) || (what !== null && error instanceof OutOfTime);
  const context = { tools, log: parley.log, signal, name: callName(calling), passes };
  const run = (): Promise<string> => runCall(call, context);
  const result = await (once ? run() : tryAgain(parley.clock, signal, run))
    .catch(lostInTheMiddle(text => text))
    .catch(async (error: unknown) => {
      if (error instanceof OutOfTime) return lost('It took too long and was given up.');
      if (isNoted && isParleyError(error, 'SANDBOX_MISSING'))
        await parley.store.collection('task_steps').replace(withCall(begun, index, { begun: false }));
      throw error;
    });
  signal.throwIfAborted();
  step('task.call.done');
  return result;
}

/** What the agent reads of a call of which nobody knows whether it was done; people hear of it where they have allowed it. */
async function nobodyKnows(
  { parley, task, agent }: Working,
  calling: Calling,
  { what, why }: { readonly what: string | null; readonly why: string },
): Promise<string> {
  const told = { call: callName(calling), what: `${calling.call.name}: ${what}`, why };
  if (what !== null) await tellUnsure({ parley, task, agent: agent._id }, told);
  return unknownEnd;
}

/** The step with the note; null where another process was faster. */
async function noteBegun(
  { parley }: Working,
  { taken, index }: Calling,
  what: string | null,
): Promise<TaskStep | null> {
  const note = { begun: true, ...(what === null ? {} : { allowed: what }) };
  const begun = await parley.store.collection('task_steps').replace(withCall(taken, index, note));
  step('task.call.begun');
  return begun;
}

/** What is seen to here, before a model hears of it. */
const isOfSandbox = (error: unknown): boolean =>
  isParleyError(error, 'SANDBOX_MISSING') || isParleyError(error, 'WORKSPACE_LOST');

/** What the model is told where a workspace ended in the middle, and it was not to be done again, or was in vain. */
const lostInTheMiddle =
  <T>(told: (text: string) => T) =>
  (error: unknown): T => {
    if (!isParleyError(error, 'WORKSPACE_LOST')) throw error;
    return told(`${error.message} Look at what is there before you go on: what was under way may be half done.`);
  };
