import { z } from 'zod';
import { inCode } from '../../core/command/in-code.ts';
import { couldTake } from '../../core/tasks/choose-agent.ts';
import { planned, withComplexity } from '../../core/tasks/stage-machine.ts';
import type { Plan } from '../../core/tasks/task.ts';
import { changeTask } from '../../orchestrator/tasks/change-task.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import { say } from '../say.ts';
import { saidNow, type Working } from '../working.ts';
import { allowedIn } from './allowed-in.ts';

const line = z.string().trim().min(1).max(500);

async function mayRunCommands(working: Working): Promise<boolean> {
  const allowed = await allowedIn(working);
  return working.parley.workTools.test !== undefined && (allowed('shell') || allowed('python'));
}

/** Ends the stage design: there is a plan, and a way to see whether it was carried out. */
export const submitPlanTool = (working: Working): Tool =>
  tool({
    name: 'submit_plan',
    description:
      'Ends the design: hands in the plan. Steps are done one after the other; checks are statements about the finished work that somebody else can look at and say yes or no to.',
    parameters: z.object({
      steps: z.array(line).min(1).max(20).describe('What is to be done, in order, one short sentence each.'),
      checks: z.array(line).min(1).max(10).describe('How it is seen that it was done well, one short sentence each.'),
      tests: z
        .string()
        .trim()
        .min(1)
        .max(500)
        .optional()
        .describe('A command of the workspace that has to pass, where the work is a program: python -m pytest.'),
      complexity: z
        .int()
        .min(1)
        .max(10)
        .optional()
        .describe(
          'How much there is to it, now that you know: 1 a haiku, 5 a small program with tests, 10 days of work.',
        ),
    }),
    async run({ steps, checks, tests = null, complexity = null }) {
      const { parley, task, agent } = working;
      // The command of the tests is run as it stands in the plan: it is as much as a shell.
      if (tests !== null && !(await mayRunCommands(working)))
        return 'Not accepted: no commands can be run here. Leave `tests` out; the checks are what counts.';
      const plan = { steps: steps.map(text => ({ text, done: false })), checks, tests };
      await say(parley, task, { what: `plan${task.run}`, as: agent._id, text: textOf(plan), notice: false });
      const next = await changeTask(parley, task._id, stored =>
        planned(stored, task.run, { plan, complexity, ...whoBuilds(working, complexity), said: saidNow(working) }),
      );
      return next?.status === 'build' ? 'Accepted: it is built now.' : 'The design is over already.';
    },
  });

const textOf = ({ steps, checks, tests }: Plan): string =>
  [
    '**Plan**',
    ...steps.map(({ text }, index) => `${index + 1}. ${text}`),
    '',
    '**It is done when**',
    ...checks.map(check => `- ${check}`),
    ...(tests === null ? [] : [`- ${inCode(tests)} passes`]),
  ].join('\n');

/** Who finds that it is more than they take leaves it to others, where there are any. */
function whoBuilds({ parley, task, agent }: Working, complexity: number | null): { readonly isForOthers: boolean } {
  const known = withComplexity({ ...task, status: 'build' }, complexity);
  const others = [...parley.agents.values()].filter(({ _id }) => _id !== agent._id);
  return { isForOthers: !couldTake(known, agent) && others.some(other => couldTake(known, other)) };
}
