import { z } from 'zod';
import {
  defaultAnswerSeconds,
  defaultCapabilities,
  defaultFirstTokenSeconds,
  defaultStallSeconds,
  modelCapabilities,
  modelTypes,
} from './model-types.ts';

/** Node's own fetch gives up on a silent server after 300 seconds; a longer limit here would promise what it does not keep. */
const longestSilence = 290;
const longestAnswer = 3_600;

/** One entry of `models:` in the configuration. */
export const modelConfigSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'letters, digits, dots, dashes and underscores, at most 64'),
    name: z.string().min(1).max(100).describe('What people read. Agents choose a model by its id or its name.'),
    type: z.enum(modelTypes),
    model: z.string().min(1).max(200).optional().describe("The provider's name of the model."),
    baseUrl: z.url({ protocol: /^https?$/ }).optional(),
    apiKey: z.string().min(1).optional().describe('Better a reference to the environment.'),
    capabilities: z
      .array(z.enum(modelCapabilities))
      .readonly()
      .default([...defaultCapabilities]),
    firstTokenSeconds: z.number().positive().max(longestSilence).default(defaultFirstTokenSeconds),
    stallSeconds: z.number().positive().max(longestSilence).default(defaultStallSeconds),
    answerSeconds: z.number().positive().max(longestAnswer).default(defaultAnswerSeconds),
    atOnce: z.int().min(1).max(10_000).optional().describe('Calls beside each other, of all processes; more wait.'),
    perMinute: z.int().min(1).max(1_000_000).optional().describe('Calls that begin in a minute, of all processes.'),
    temperature: z.number().min(0).max(2).optional(),
    maxTokens: z.int().positive().optional().describe('Of one answer.'),
    contextTokens: z.int().min(1000).optional().describe('Of one request, where this model takes less than others.'),
    wordDelayMs: z.number().min(0).max(1000).optional().describe('Demo model only: the time between two words.'),
  })
  .refine(config => config.type !== 'openai_compatible' || config.baseUrl !== undefined, {
    path: ['baseUrl'],
    error: 'A model of type openai_compatible needs a baseUrl.',
  });

export type ModelConfig = z.output<typeof modelConfigSchema>;
