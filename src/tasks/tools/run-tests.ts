import { z } from 'zod';
import { ParleyError } from '../../core/errors.ts';
import { testsRan } from '../../core/tasks/waiting.ts';
import { changeTask } from '../../orchestrator/tasks/change-task.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import { placeOf, type Working } from '../working.ts';

const limitMs = 10 * 60_000;

/** Runs the tests of the plan; null where it has none, or outside of the stage test. Without them, work that has tests does not get to a review. */
export function runTestsTool(working: Working): Tool | null {
  const { parley, task } = working;
  const tests = task.plan?.tests ?? null;
  if (task.status !== 'test' || tests === null) return null;
  return tool({
    name: 'run_tests',
    description: 'Runs the tests of the plan in the workspace and tells how they ended.',
    parameters: z.object({}),
    limitMs,
    async run(_, signal) {
      const { test } = parley.workTools;
      if (test === undefined)
        throw new ParleyError('SANDBOX_MISSING', 'The plan has tests, and there is nothing to run them in.');
      const { passed, output } = await test(placeOf(working), tests, signal);
      await changeTask(parley, task._id, stored => testsRan(stored, task.run, passed));
      return `${passed ? 'They passed.' : 'They failed.'}\n${output}`;
    },
  });
}
