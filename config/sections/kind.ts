import { z } from 'zod';
import { agentInstructions } from '../../src/core/agent-words.ts';
import { toolNames } from '../../src/core/work-tools.ts';
import { about } from '../about.ts';

/** One file of `config/agents/kinds/`: what agents of one kind have in common. */
export const kindSchema = z.strictObject({
  description: z.string().trim().min(1).max(300).register(about, { description: 'What such agents are for.' }),
  tools: z.array(z.enum(toolNames)).register(about, {
    description: 'What such agents may use, where their own file names no tools.',
  }),
  instructions: agentInstructions.default('').register(about, {
    description: 'What the model is told behind the instructions of the agent’s own file: how such agents work.',
  }),
});

export type KindConfig = z.infer<typeof kindSchema>;
