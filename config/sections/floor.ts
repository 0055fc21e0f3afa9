import { z } from 'zod';
import { type StrategyName, strategies } from '../../src/core/strategies/strategies.ts';
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
    agentTurnsPerMinute: z.int().min(1).max(100).default(10).register(about, {
      description: 'How often an agent may speak in a room within a minute without a person having asked it.',
    }),
    roomTurnsPerMinute: z.int().min(1).max(100).default(20).register(about, {
      description: 'The same for all agents of a room together.',
    }),
    bots: z
      .array(z.string().min(1))
      .max(1_000)
      .default([])
      .register(about, {
        description:
          'Bots of others that write like people: patterns of user ids, in which * stands for any characters. An agent answers them only ' +
          'when they call it, and within these limits.',
        example: ['@weather:example.org', '@*-bot:example.org'],
      }),
    findBots: z.boolean().default(true).register(about, {
      description:
        'Whether bots are also found out by what they do: who again and again answers agents within a second, or repeats what was said.',
    }),
  })
  .prefault({})
  .register(about, { description: 'Who may speak.' });
