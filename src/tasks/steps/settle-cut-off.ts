import { isEnded, type Task } from '../../core/tasks/task.ts';
import { openCall } from '../../core/tasks/task-step.ts';
import type { Installation } from '../../orchestrator/installation.ts';
import { latestStep } from '../../orchestrator/tasks/latest-step.ts';
import { tellUnsure } from '../tell-unsure.ts';
import { unknownEnd } from '../tools/former-mails.ts';
import { callName, storeResult } from './calling.ts';

/**
 * A call that was under way when its run ended, as a person gave the task to another agent or cancelled it, may have had its effect: no later run comes
 * back to it. People are told, and so is whoever would do the same again. May be repeated.
 */
export async function settleCutOff(parley: Installation, task: Task): Promise<void> {
  const taken = await latestStep(parley, task);
  if (taken === undefined || (taken.run === task.run && !isEnded(task))) return;
  const open = openCall(taken);
  if (open === null || !open.call.begun) return;
  const { call, index } = open;
  if (call.allowed !== undefined) {
    const what = { call: callName({ taken, index }), what: `${call.name}: ${call.allowed}` };
    await tellUnsure(
      { parley, task, agent: taken.agent },
      { ...what, why: 'The work on it was broken off in the middle.' },
    );
  }
  await storeResult({ parley }, { taken, index }, { result: unknownEnd });
}
