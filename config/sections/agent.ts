import { z } from 'zod';
import { conversationTools } from '../../src/core/conversation-tools.ts';
import { about } from '../about.ts';
import { userId } from './user-id.ts';

const skill = z.string().trim().min(1).max(200);

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
  name: z
    .string()
    .regex(
      /^[\p{L}\p{N}](?:[\p{L}\p{N} .'’-]{0,38}[\p{L}\p{N}])?$/u,
      'a name of letters, digits, spaces and dashes, such as Ada',
    )
    .register(about, { description: 'What people call it.' }),
  role: z.enum(['agent', 'orchestrator']).default('agent').register(about, {
    description: 'The orchestrator keeps order and answers commands; no model speaks for it, and there is only one.',
  }),
  description: z.string().trim().min(1).max(300).register(about, { description: 'One or two sentences for people.' }),
  instructions: z.string().trim().max(50_000).default('').register(about, {
    description: 'What the model is told about who it is.',
  }),
  skills: z.array(skill).max(200).default([]).register(about, {
    description:
      'Words of what it is good at. A message that mentions nobody goes to the agent whose words it has most of.',
  }),
  tools: z
    .array(z.enum(conversationTools))
    .default([...conversationTools])
    .register(about, {
      description: `What it may do with the others while it answers, where its model can call tools: ${conversationTools.join(', ')}.`,
      example: ['ask_colleague'],
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
