import { z } from 'zod';
import { choice } from '../../core/command/parameters.ts';
import { type StrategyName, strategies } from '../../core/strategies/strategies.ts';
import { setStrategy } from '../floor/orders.ts';
import { command } from './command.ts';
import { orderInGroup } from './in-group.ts';

const names = Object.keys(strategies) as [StrategyName, ...StrategyName[]];
const asConfigured = 'as-configured';

export const floorStrategy = command({
  name: 'floor strategy',
  summary: 'Sets how the next speaker is chosen in this room.',
  needs: 'floor',
  parameters: z.object({ strategy: choice([...names, asConfigured], 'The way; `as-configured` goes back.') }),
  example: 'floor strategy mentioned',
  run({ strategy }, call) {
    const wanted = strategy === asConfigured ? null : strategy;
    const told = `From now on: ${wanted ?? `${call.scene.parley.settings.strategy}, as configured`}.`;
    return orderInGroup(call, order => setStrategy(order, wanted), told);
  },
});
