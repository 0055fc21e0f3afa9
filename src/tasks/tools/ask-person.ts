import { z } from 'zod';
import { type Tool, tool } from '../../ports/tool.ts';

/** Asks whoever wants the task. The task waits, and what people say in the thread is the result. */
export const askPersonTool: Tool = tool({
  name: 'ask_person',
  description:
    'Asks the person for whom the task is, in its thread, and waits for the answer, which may take hours. One question, with all that is needed to answer it.',
  parameters: z.object({
    question: z.string().trim().min(1).max(2_000).describe('The whole question, in words to the person.'),
  }),
  asks: ({ question }) => question,
  run: async () => 'Nobody can be asked here.',
});
