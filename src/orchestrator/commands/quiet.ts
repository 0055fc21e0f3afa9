import { z } from 'zod';
import { choice, duration, spokenTime } from '../../core/command/parameters.ts';
import { beQuiet } from '../floor/orders.ts';
import { command } from './command.ts';
import { orderInGroup } from './in-group.ts';

const anHour = 3_600;

export const quiet = command({
  name: 'quiet',
  summary: 'Lets agents speak only where they are called or replied to, for an hour or as long as you say.',
  needs: 'command',
  parameters: z.object({
    off: choice(['off'], 'Off: not any longer.').optional(),
    time: duration({ least: 60, most: 7 * 86_400 }, 'How long: 30m, 1h, 2d.').optional(),
  }),
  example: 'quiet 1h',
  run({ off, time = anHour }, call) {
    if (off !== undefined) return orderInGroup(call, order => beQuiet(order, null), 'Agents speak again as before.');
    const hint = `\`${call.prefix}quiet off\` ends that.`;
    const told = `For ${spokenTime(time)} agents speak here only where they are called or replied to. ${hint}`;
    return orderInGroup(call, order => beQuiet(order, time), told);
  },
});
