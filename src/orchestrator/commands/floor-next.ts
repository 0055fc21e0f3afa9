import { z } from 'zod';
import { memberOf } from '../floor/floor-names.ts';
import { nextSpeaker, yieldFloor } from '../floor/orders.ts';
import { command } from './command.ts';
import { orderInGroup } from './in-group.ts';
import { mayHere, refuse } from './refuse.ts';

export const floorNext = command({
  name: 'floor next',
  summary: 'Ends the slot of whoever speaks, and lets the next one speak. Who speaks may do so too.',
  needs: 'command',
  parameters: z.object({}),
  async run(_, call) {
    const { scene, message, prefix } = call;
    const { currentSpeaker, queue } = scene.floor;
    if (currentSpeaker !== null && memberOf(currentSpeaker) === message.from)
      return orderInGroup(call, yieldFloor, 'Thank you.');
    const what = { name: 'floor next', shown: `\`${prefix}floor next\`` };
    if (!mayHere(message.from, 'floor', scene)) return refuse(message, { permission: 'floor', what }, scene);
    if (currentSpeaker === null && queue.length === 0) return call.reply('Nobody speaks, and nobody waits.');
    return orderInGroup(
      call,
      nextSpeaker,
      queue.length === 0 ? 'The slot is over; nobody waits.' : 'The next one speaks.',
    );
  },
});
