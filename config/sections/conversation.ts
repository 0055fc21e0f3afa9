import { z } from 'zod';
import { about } from '../about.ts';

export const conversationSection = z
  .strictObject({
    answerWithinMinutes: z.number().min(0.01).max(525_600).default(60).register(about, {
      description: 'A message that is older when Parley gets to it is read but not answered.',
    }),
    mergeWithinSeconds: z.number().min(0).max(3_600).default(15).register(about, {
      description:
        'Messages of one person that follow each other so closely are answered together, as long as no answer has begun. 0: each by itself.',
    }),
    historyMessages: z.int().min(1).max(500).default(60).register(about, {
      description: 'How many messages an agent gets to read at most, counted back from the one that it answers.',
    }),
    contextTokens: z.int().min(1_000).max(2_000_000).default(12_000).register(about, {
      description: 'How many tokens these may have together; the oldest are left out first.',
    }),
    maxHops: z.int().min(0).max(20).default(3).register(about, {
      description: 'How many agents in a row may pass a question on, counted from a message of a person.',
    }),
    maxTurnsWithoutPerson: z.int().min(1).max(100).default(6).register(about, {
      description: 'How often agents may speak in a room until a person speaks again.',
    }),
    introduce: z.boolean().default(true).register(about, {
      description: 'Whether an agent introduces itself, once, in a room that it was invited to.',
    }),
  })
  .prefault({})
  .register(about, { description: 'What agents read, what they answer, and when they keep quiet.' });
