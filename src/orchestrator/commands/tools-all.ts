import { z } from 'zod';
import { change } from '../change.ts';
import { command } from './command.ts';

export const toolsAll = command({
  name: 'tools all',
  summary: 'Gives agents back all tools that they have.',
  needs: 'floor',
  parameters: z.object({}),
  async run(_, { scene, reply }) {
    await change(scene.parley.store.collection('chats'), scene.chat._id, now => ({ ...now, tools: null }));
    return reply('From now on agents may use all tools here that they have.');
  },
});
