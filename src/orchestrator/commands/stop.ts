import { stopTurns } from '../handle/stop-turns.ts';
import type { Command } from './command.ts';

export const stop: Command = {
  name: 'stop',
  usage: '!stop',
  summary: 'Ends the answer that is being made here, and takes back those that wait.',
  async run({ scene, reply }) {
    const { floor, parley } = scene;
    const speakers = [...(floor.currentSpeaker ? [floor.currentSpeaker] : []), ...floor.queue];
    const ids = speakers.flatMap(speaker => (speaker.kind === 'agent' ? [speaker.turn] : []));
    if (ids.length === 0) return reply('Nobody is speaking here.');
    const turns = await parley.store.collection('turns').getMany(ids);
    return stopTurns(turns, scene);
  },
};
