import { z } from 'zod';
import { holdFloor } from '../floor/orders.ts';
import { command } from './command.ts';
import { orderInGroup } from './in-group.ts';

export const floorHold = command({
  name: 'floor hold',
  summary: 'Lets nobody else speak until the floor is resumed; who speaks goes on.',
  needs: 'floor',
  parameters: z.object({}),
  run: (_, call) => orderInGroup(call, holdFloor, `The floor is on hold. \`${call.prefix}floor resume\` goes on.`),
});
