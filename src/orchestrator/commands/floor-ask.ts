import { z } from 'zod';
import { choice } from '../../core/command/parameters.ts';
import type { Floor } from '../../core/floor/floor.ts';
import { inOrder } from '../../core/floor/queue.ts';
import type { MemberId } from '../../core/ids.ts';
import { memberOf } from '../floor/floor-names.ts';
import { askForFloor, yieldFloor } from '../floor/orders.ts';
import { command } from './command.ts';
import { orderInGroup } from './in-group.ts';

export const floorAsk = command({
  name: 'floor ask',
  summary: 'Asks for the floor, for you: agents then wait until you have spoken.',
  needs: 'command',
  parameters: z.object({ off: choice(['off'], 'Off: not any more.').optional() }),
  example: 'floor ask off',
  run({ off }, call) {
    const { from } = call.message;
    if (off !== undefined) return orderInGroup(call, yieldFloor, 'You don’t wait for the floor any more.');
    return orderInGroup(call, askForFloor, ({ floor }) => told(from, floor));
  },
});

function told(who: MemberId, floor: Floor): string {
  if (floor.currentSpeaker !== null && memberOf(floor.currentSpeaker) === who) return 'You have the floor.';
  const place = inOrder(floor).findIndex(speaker => memberOf(speaker) === who);
  if (place < 0) return 'Too many wait for the floor already. Ask again when some have spoken.';
  return place === 0 && floor.currentSpeaker === null && !floor.held
    ? 'You are next.'
    : `You wait for the floor, at place ${place + 1}.`;
}
