import { z } from 'zod';
import { clearQueue } from '../floor/orders.ts';
import { command } from './command.ts';
import { orderInGroup } from './in-group.ts';

export const floorClear = command({
  name: 'floor clear',
  summary: 'Takes everybody who waits out of the queue; who speaks goes on.',
  needs: 'floor',
  parameters: z.object({}),
  run: (_, call) => orderInGroup(call, clearQueue, 'Nobody waits any more.'),
});
