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
    const decision = await stopTurns(turns, scene);
    const waited = floor.queue.filter(({ kind }) => kind === 'agent').length;
    const told = waited === 0 ? [] : (reply(takenBack(waited), decision).asides ?? []);
    return { ...decision, asides: [...(decision.asides ?? []), ...told] };
  },
});

/** Nobody sees otherwise that questions which waited get no answer. */
const takenBack = (waited: number): string =>
  waited === 1 ? 'An answer that waited is taken back, too.' : `${waited} answers that waited are taken back, too.`;
