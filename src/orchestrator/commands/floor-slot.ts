import { z } from 'zod';
import { choice, duration, number, spokenTime } from '../../core/command/parameters.ts';
import { setSlot } from '../floor/orders.ts';
import { command } from './command.ts';
import { orderInGroup } from './in-group.ts';

export const floorSlot = command({
  name: 'floor slot',
  summary: 'Sets how long somebody may speak in this room until the next one gets the floor.',
  needs: 'floor',
  parameters: z.object({
    time: duration({ least: 5, most: 86_400 }, 'How long: 90s, 5m.').optional(),
    messages: number({ least: 1, most: 100, unit: 'messages' }, 'How many messages a person may send.').optional(),
    back: choice(['as-configured'], 'Back to what is configured.').optional(),
  }),
  example: 'floor slot 90s 3 messages',
  async run({ time, messages, back }, call) {
    const { floor, parley } = call.scene;
    if (back !== undefined) return orderInGroup(call, order => setSlot(order, null), 'Slots are as configured again.');
    if (time === undefined && messages === undefined) return call.reply('Name a time, a number of messages, or both.');
    const now = floor.slotRules ?? parley.settings.floor.slot;
    const rules = { seconds: time ?? now.seconds, messages: messages ?? now.messages };
    const told = `From the next slot on: ${spokenTime(rules.seconds)}, or ${rules.messages} messages of a person.`;
    return orderInGroup(call, order => setSlot(order, rules), told);
  },
});
