import { z } from 'zod';
import { inCode } from '../../core/command/in-code.ts';
import { text, word } from '../../core/command/parameters.ts';
import { timeOf } from '../../core/tasks/card-text.ts';
import { parseMoment } from '../../core/tasks/parse-moment.ts';
import { withSetting } from '../../core/tasks/waiting.ts';
import { command } from './command.ts';
import { setTask } from './on-task.ts';

export const taskDeadline = command({
  name: 'task deadline',
  summary: 'Sets until when a task is to be done; when that is near, and when it has passed, it is said.',
  needs: 'command',
  parameters: z.object({
    task: word('Its number, or how its title begins; in its thread, `this`.'),
    when: text('Such as `2h`, `3 days`, `2026-12-24 18:00` (UTC), or `none`.'),
  }),
  example: 'task deadline 3 2h',
  async run({ task, when }, call) {
    const now = call.scene.parley.clock.now();
    const moment = parseMoment(when, now);
    if (moment === null)
      return call.reply(
        `${inCode(when)} is no time that is still to come. Write \`2h\`, \`3 days\`, \`2026-12-24 18:00\` (UTC), or \`none\`.`,
      );
    const deadline = moment === 'none' ? null : moment;
    const told = deadline === null ? 'no deadline' : `the deadline ${timeOf(deadline)}`;
    return setTask(call, task, {
      edit: (stored, said) => withSetting(stored, { deadline }, { content: told, said }),
      has: told,
    });
  },
});
