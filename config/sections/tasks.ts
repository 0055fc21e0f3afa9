import { z } from 'zod';
import { about } from '../about.ts';

export const tasksSection = z
  .strictObject({
    perAgent: z.int().min(1).max(100).default(2).register(about, {
      description: 'How many tasks one agent works on at a time; further ones wait.',
    }),
    perRoom: z.int().min(1).max(1_000).default(50).register(about, {
      description: 'How many tasks of one room may be open.',
    }),
    stepsPerStage: z.int().min(1).max(1_000).default(40).register(about, {
      description: 'How many steps (calls of the model) one stage may take until it has failed.',
    }),
    tokens: z.int().min(1_000).default(300_000).register(about, {
      description: 'How many tokens a task may take before a person is asked whether it may take as many again.',
    }),
    approvalHours: z.number().min(0.01).max(720).default(24).register(about, {
      description: 'How long a ✅ or ❌ is waited for; after that the agent is told that nobody allowed it.',
    }),
  })
  .prefault({})
  .register(about, { description: 'Tasks: work with a result that agents do on their own (`!task`).' });
