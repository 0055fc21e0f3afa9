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
  })
  .prefault({})
  .register(about, { description: 'Who may speak.' });
