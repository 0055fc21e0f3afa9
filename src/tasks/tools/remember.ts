import { z } from 'zod';
import { mostMemories } from '../../core/memory.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import { memoriesHere } from '../memories.ts';
import type { Working } from '../working.ts';

const mostPerTask = 10;

/** Keeps a note for later tasks of the same agent in the same room. */
export const rememberTool = (working: Working): Tool =>
  tool({
    name: 'remember',
    description:
      'Keeps a note for your later tasks in this room: what you found out and will need again, such as how people here want things. You get it at their beginning, and in no other room. No secrets.',
    parameters: z.object({
      note: z
        .string()
        .trim()
        .min(3)
        .max(500)
        .describe('One or two sentences that can be understood without this task.'),
    }),
    async run({ note }, _signal, name) {
      const { parley, task, agent } = working;
      const memories = parley.store.collection('memories');
      const before = await memoriesHere(working);
      const _id = `${name ?? `${task._id}/${task.steps}`}#memory`;
      if (before.some(one => one.text === note || one._id === _id)) return 'You remember that.';
      if (before.filter(one => one.task === task._id).length >= mostPerTask)
        return `Not kept: a task leaves at most ${mostPerTask} notes.`;
      await memories.insert([
        { _id, agent: agent._id, chat: task.chat, task: task._id, person: task.askedBy, text: note },
      ]);
      // The oldest ones make room.
      for (const old of before.slice(0, Math.max(0, before.length + 1 - mostMemories))) await memories.delete(old._id);
      return 'Kept for your next tasks in this room.';
    },
  });
