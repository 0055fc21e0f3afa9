import { z } from 'zod';
import { about } from '../about.ts';

export const streamingSection = z
  .strictObject({
    quietMs: z.int().min(0).max(60_000).default(700).register(about, {
      description: 'An answer that is complete so soon after its first word is sent as one message, without edits.',
    }),
    firstIntervalMs: z.int().min(100).max(60_000).default(1_000).register(about, {
      description: 'The pause before the first edit of a longer answer.',
    }),
    growth: z.number().min(1).max(10).default(1.5).register(about, {
      description: 'Each later pause is so many times as long as the one before.',
    }),
    maxEdits: z.int().min(1).max(100).default(12).register(about, {
      description: 'Edits of one message at most, the final one included. Hundreds make a room slow to load.',
    }),
  })
  .prefault({})
  .register(about, { description: 'How an answer appears while it is being made.' });
