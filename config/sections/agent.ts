import { z } from 'zod';
import { agentDescription, agentInstructions, agentName, agentSkills } from '../../src/core/agent-words.ts';
import { toolNames } from '../../src/core/work-tools.ts';
import { about } from '../about.ts';
import { userId } from './user-id.ts';

/** One file of `config/agents/`. */
export const agentSchema = z.strictObject({
  id: z
    .string()
    .regex(
      /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,39}$/,
      'lower case letters, digits and single dashes, such as ada or web-scout',
    )
    .register(about, {
      description: 'Its name for machines, part of its account. Never change it: it would be another agent.',
    }),
  name: agentName.register(about, { description: 'What people call it.' }),
  role: z.enum(['agent', 'orchestrator']).default('agent').register(about, {
    description: 'The orchestrator keeps order and answers commands; no model speaks for it, and there is only one.',
  }),
  description: agentDescription.register(about, { description: 'One or two sentences for people.' }),
  instructions: agentInstructions.default('').register(about, {
    description: 'What the model is told about who it is.',
  }),
  skills: agentSkills.default([]).register(about, {
    description:
      'Words of what it is good at. A message that mentions nobody goes to the agent whose words it has most of.',
  }),
  kind: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, 'the name of a file in the folder kinds, such as web')
    .nullable()
    .default(null)
    .register(about, {
      description: 'What kind of agent it is (web, code, data): gives it tools and instructions.',
      example: 'web',
    }),
  tools: z
    .array(z.enum(toolNames))
    .nullable()
    .default(null)
    .register(about, {
      description: `What it may use while it answers and while it works on tasks, where its model can call tools: ${toolNames.join(', ')}. Unset: what its kind has, or all.`,
      example: ['ask_colleague', 'web_search'],
    }),
  complexity: z
    .tuple([z.int().min(1).max(10), z.int().min(1).max(10)])
    .refine(([least, most]) => least <= most, 'the least complexity and the most, such as [1, 5]')
    .default([1, 10])
    .register(about, {
      description: 'Which tasks it takes, by their complexity: from 1 (a haiku) to 10.',
      example: [1, 5],
    }),
  model: z
    .array(z.string().min(1))
    .default([])
    .register(about, {
      description: 'Ids of models, in the order in which they are tried. Empty: the models of the configuration.',
      example: ['local-mistral'],
    }),
  colour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'a colour such as "#3366cc"')
    .default('#5b6770')
    .register(about, {
      description: 'The colour of the avatar that is drawn where none is given.',
    }),
  avatar: z.string().min(1).nullable().default(null).register(about, {
    description: 'A PNG file, from the folder of this file.',
    example: 'ada.png',
  }),
  owner: userId().nullable().default(null).register(about, {
    description: 'Who may change it besides itself: a user id.',
    example: '@mara:example.org',
  }),
});

export type AgentConfig = z.infer<typeof agentSchema>;
