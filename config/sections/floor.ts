import { z } from 'zod';
import { type StrategyName, strategies } from '../../src/core/floor-policies/strategies.ts';
import { about } from '../about.ts';

const names = Object.keys(strategies) as [StrategyName, ...StrategyName[]];

export const floorSection = z
  .strictObject({
    strategy: z
      .enum(names)
      .default('default')
      .register(about, {
        description: `How the next speaker is chosen in rooms that say nothing else: ${names.join(', ')}.`,
      }),
    slotSeconds: z.number().min(5).max(86_400).default(120).register(about, {
      description: 'How long somebody may speak in a group until the next one gets the floor; an answer is cut there.',
    }),
    slotMessages: z.int().min(1).max(100).default(3).register(about, {
      description: 'How many messages a person who holds the floor may send before the next one gets it.',
    }),
    moderatorSeconds: z.number().min(1).max(3_600).default(30).register(about, {
      description: 'How long an agent that moderates may take for each grant; then the order of the queue decides.',
    }),
  })
  .prefault({})
  .register(about, { description: 'Who may speak.' });
