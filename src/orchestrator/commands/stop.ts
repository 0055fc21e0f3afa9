import { z } from 'zod';
import { anything } from '../../core/command/parameters.ts';
import { stopTurns } from '../handle/stop-turns.ts';
import { command } from './command.ts';

export const stop = command({
  name: 'stop',
  summary: 'Ends the answer that is being made here, and takes back those that wait.',
  needs: 'command',
  parameters: z.object({ words: anything() }),
  async run(_, { scene, reply }) {
    const { floor, parley } = scene;
    const everybody = [...(floor.currentSpeaker ? [floor.currentSpeaker] : []), ...floor.queue];
    const speakers = everybody.filter(speaker => speaker.kind === 'agent');
    const ids = speakers.flatMap(speaker => (speaker.kind === 'agent' ? [speaker.turn] : []));
    if (ids.length === 0) return reply('Nobody is speaking here.');
    const turns = await parley.store.collection('turns').getMany(ids);
    return stopTurns(turns, scene);
  },
});
