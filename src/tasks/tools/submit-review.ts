import { z } from 'zod';
import { reviewed } from '../../core/tasks/stage-machine.ts';
import { changeTask } from '../../orchestrator/tasks/change-task.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import { say } from '../say.ts';
import { saidNow, type Working } from '../working.ts';

/** Ends the stage review, by an agent that has not built it. */
export const submitReviewTool = (working: Working): Tool =>
  tool({
    name: 'submit_review',
    description: 'Ends the review: the work is accepted and handed over, or sent back with what has to change.',
    parameters: z.object({
      accepted: z.boolean().describe('Whether it can be handed over as it is.'),
      reasons: z.string().trim().min(3).max(4_000).describe('Why; where it is sent back, what has to change.'),
    }),
    async run({ accepted, reasons }) {
      const { parley, task, agent } = working;
      if (task.builders.includes(agent._id)) return 'Not accepted: who has built it does not review it.';
      const verdict = { by: agent._id, accepted, reasons };
      const text = `${accepted ? '✅ Accepted' : '↩️ Sent back'}: ${reasons}`;
      await say(parley, task, { what: `review${task.run}`, as: agent._id, text, notice: true });
      await changeTask(parley, task._id, stored => reviewed(stored, task.run, { verdict, said: saidNow(working) }));
      return accepted ? 'Accepted, and handed over.' : 'Sent back.';
    },
  });
