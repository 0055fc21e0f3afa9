import { z } from 'zod';
import { resumeFloor } from '../floor/orders.ts';
import { command } from './command.ts';
import { orderInGroup } from './in-group.ts';

export const floorResume = command({
  name: 'floor resume',
  summary: 'Ends the hold: whoever is next speaks.',
  needs: 'floor',
  parameters: z.object({}),
  run: (_, call) => orderInGroup(call, resumeFloor, 'The floor goes on.'),
});
