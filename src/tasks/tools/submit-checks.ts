import { z } from 'zod';
import { tested } from '../../core/tasks/stage-machine.ts';
import type { Check } from '../../core/tasks/task.ts';
import { changeTask } from '../../orchestrator/tasks/change-task.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import { say } from '../say.ts';
import { saidNow, type Working } from '../working.ts';
import { mayRunTests } from './allowed-in.ts';

/** Ends the stage test: every check of the plan was made. */
export const submitChecksTool = (working: Working): Tool =>
  tool({
    name: 'submit_checks',
    description:
      'Ends the testing: hands in what each check of the plan came to, every one of them. When all are passed the work is reviewed; else it goes back to be built.',
    parameters: z.object({
      checks: z
        .array(
          z.object({
            check: z.int().min(1).max(10).describe('The number of the check in the plan.'),
            passed: z.boolean().describe('Whether the work passes it as it is.'),
            how: z.string().trim().min(1).max(1_000).describe('How you found out, in a sentence.'),
          }),
        )
        .min(1)
        .max(20),
    }),
    async run({ checks }) {
      const { parley, task, agent } = working;
      const wanted = task.plan?.checks ?? [];
      const made = wanted.map((check, index): Check | null => {
        const found = checks.findLast(one => one.check === index + 1);
        return found === undefined ? null : { check, passed: found.passed, how: found.how };
      });
      const missing = made.flatMap((check, index) => (check === null ? [index + 1] : []));
      if (missing.length > 0)
        return `Not accepted: nothing is said of check ${missing.join(', ')}. Make it, and hand in all of them.`;
      const all = made.filter(check => check !== null);
      if (all.every(({ passed }) => passed) && !(await haveTestsPassed(working)))
        return 'Not accepted: the tests of the plan have not passed in this stage. Call run_tests; where they fail, a check has failed.';
      const lines = all.map(({ check, passed, how }) => `- ${passed ? '✅' : '❌'} ${check}: ${how}`);
      await say(parley, task, {
        what: `checks${task.run}`,
        as: agent._id,
        text: ['**Checks**', ...lines].join('\n'),
        notice: true,
      });
      const next = await changeTask(parley, task._id, stored =>
        tested(stored, task.run, { checks: all, said: saidNow(working) }),
      );
      if (next?.status === 'review') return 'Accepted: it is reviewed now.';
      return next?.status === 'build' ? 'It goes back to be built.' : 'The testing is over.';
    },
  });

/** Where the plan has tests, only their own end counts; where they may not be run any more, there are none. */
async function haveTestsPassed(working: Working): Promise<boolean> {
  const { parley, task } = working;
  if (task.plan?.tests == null || !(await mayRunTests(working))) return true;
  const now = await parley.store.collection('tasks').get(task._id);
  return now?.testRun?.run === task.run && now.testRun.passed;
}
