import { z } from 'zod';
import { choice } from '../../core/command/parameters.ts';
import { strategyNamed } from '../../core/strategies/strategies.ts';
import { mostAsked } from '../../core/volunteer.ts';
import { strategyOf } from '../floor/floor-rules.ts';
import { setVolunteering } from '../floor/orders.ts';
import { type CommandCall, command } from './command.ts';
import { orderInGroup } from './in-group.ts';

export const floorVolunteers = command({
  name: 'floor volunteers',
  summary: 'Sets by what agents of a free room find out that they have something to add: words, or a model.',
  needs: 'floor',
  parameters: z.object({ by: choice(['words', 'model'], 'Words cost nothing; a model costs a short call.') }),
  example: 'floor volunteers model',
  run: ({ by }, call) =>
    orderInGroup(call, order => setVolunteering(order, by === 'model'), told(by === 'model', call)),
});

function told(asks: boolean, { scene, prefix }: CommandCall): string {
  const { volunteers } = strategyNamed(strategyOf(scene.parley, scene.chat));
  const hint = volunteers ? '' : ` That counts while agents may volunteer: \`${prefix}floor strategy free\`.`;
  return asks
    ? `When a message has been answered, up to ${mostAsked} agents that it is about are asked whether they have something to add.${hint}`
    : `Whether an agent has something to add is found out by words, without a model.${hint}`;
}
