import { type StepCall, withCall } from '../../core/tasks/task-step.ts';
import { goesOn } from '../../core/tasks/waiting.ts';
import { changeTask } from '../../orchestrator/tasks/change-task.ts';
import { lookAhead, runCall } from '../../ports/run-call.ts';
import type { Tool } from '../../ports/tool.ts';
import { step } from '../../telemetry/step.ts';
import { type Approved, approvalFor, requestApproval } from '../ask-approval.ts';
import { askPerson } from '../ask-person.ts';
import { askToWait } from '../ask-to-wait.ts';
import { tellUnsure } from '../tell-unsure.ts';
import { cutOff } from '../tools/former-mails.ts';
import { toolsFor } from '../tools/tools-for.ts';
import type { Working } from '../working.ts';
import { type Calling, callName, storeResult } from './calling.ts';

/**
 * Carries out the next call of a step and stores what came of it; or asks a person first, and the task waits. What must not be begun twice is
 * noted before it is begun.
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
  const ahead = await lookAhead(tool, input?.value, { log: working.parley.log, signal: calling.signal });
  if ('no' in ahead) return storeResult(working, calling, { result: ahead.no });
  return requestApproval(working, calling, { what, shown: ahead.shown });
}

const denied: Readonly<Record<Exclude<Approved, 'granted'>, string>> = {
  denied:
    'Not done: a person said no. Do not try the same again; find another way, or say in the result that it is not done.',
  expired: 'Not done: nobody allowed it in time. Find another way, or say in the result that it is not done.',
};

const unknownEnd = `${cutOff} It is not done again. Look whether it was, before you go on.`;

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
  if (once && call.begun) {
    const why = 'Parley ended in the middle of it.';
    if (what !== null) await tellUnsure(working, { call: callName(calling), what: `${call.name}: ${what}`, why });
    return unknownEnd;
  }
  if (once) {
    const begun = await parley.store.collection('task_steps').replace(withCall(taken, index, { begun: true }));
    step('task.call.begun');
    if (begun === null) return null;
  }
  const result = await runCall(call, { tools, log: parley.log, signal, name: callName(calling) });
  signal.throwIfAborted();
  step('task.call.done');
  return result;
}
