import { z } from 'zod';
import { priorityOf, termNames, termsOf, type Waiting } from '../../core/attention.ts';
import { choice } from '../../core/command/parameters.ts';
import type { Speaker } from '../../core/floor/floor.ts';
import { inOrder } from '../../core/floor/queue.ts';
import { plainName } from '../../core/plain-name.ts';
import { memberOf, nameOf } from '../floor/floor-names.ts';
import type { Scene } from '../handle/handling.ts';
import { command } from './command.ts';

const mostListed = 10;

export const queue = command({
  name: 'queue',
  summary: 'Shows who waits here, at which place and why.',
  needs: 'command',
  parameters: z.object({
    why: choice(['why'], 'Why: also what the priorities are made of.').optional(),
  }),
  example: 'queue why',
  async run({ why }, { scene, reply }) {
    const lines = [...(await busyLines(scene, why !== undefined)), ...waitingLines(scene)];
    return reply(lines.length === 0 ? 'Nobody waits here.' : lines.join('\n'));
  },
});

/** Those who wait for the floor of this room. */
function waitingLines(scene: Scene): string[] {
  const waiting = inOrder(scene.floor);
  const more = waiting.length - mostListed;
  return [
    ...waiting.slice(0, mostListed).map((speaker, index) => `${index + 1}. ${waitingLine(speaker, scene)}`),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ];
}

function waitingLine(speaker: Speaker, scene: Scene): string {
  const seconds = Math.round((scene.parley.clock.now() - speaker.since) / 1000);
  return `**${nameOf(memberOf(speaker), scene)}**: ${plainName(speaker.reason)}, for ${seconds} s`;
}

/** The agent that has the floor here, but is busy in other dialogues. */
async function busyLines(scene: Scene, why: boolean): Promise<string[]> {
  const { currentSpeaker: speaker } = scene.floor;
  if (speaker?.kind !== 'agent') return [];
  const { focus, waiting } = await scene.parley.attention.of(speaker.agent);
  const place = waiting.findIndex(one => one.turn === speaker.turn);
  const own = waiting[place];
  if (own === undefined) return [];
  const name = nameOf(memberOf(speaker), scene);
  const line = `**${name}** is busy in ${focus.length} other dialogues and gets to this one at place ${place + 1} of ${waiting.length}.`;
  return why ? [line, `Priority ${priorityText(own, scene)}`] : [line];
}

function priorityText(waiting: Waiting, { parley }: Scene): string {
  const { weights } = parley.settings.attention;
  const now = parley.clock.now();
  const terms = termsOf(waiting, now);
  const parts = termNames
    .filter(name => terms[name] > 0)
    .map(name => `${name} ${weights[name]} × ${terms[name].toFixed(2)}`);
  return `${priorityOf(waiting, weights, now).toFixed(2)}: ${parts.join(' + ')}`;
}
