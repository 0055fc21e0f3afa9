import { z } from 'zod';
import { spokenTime } from '../../core/command/parameters.ts';
import type { Speaker } from '../../core/floor/floor.ts';
import { isQuiet } from '../../core/floor/limits.ts';
import { inOrder } from '../../core/floor/queue.ts';
import { agentMember } from '../../core/ids.ts';
import { strategyNamed } from '../../core/strategies/strategies.ts';
import { decider, memberOf, nameOf } from '../floor/floor-names.ts';
import { floorRules, strategyOf } from '../floor/floor-rules.ts';
import type { Scene } from '../handle/handling.ts';
import { command } from './command.ts';
import { orderInGroup } from './in-group.ts';

const mostListed = 10;

export const floor = command({
  name: 'floor',
  summary: 'Shows who speaks here and who waits, why, and by which rules.',
  needs: 'command',
  parameters: z.object({}),
  run: (_, call) => orderInGroup(call, async ({ floor }) => ({ floor, turns: [] }), described(call.scene)),
});

/** The floor of a room, for people, also without any formatting. */
function described(scene: Scene): string {
  const { floor, parley, chat } = scene;
  const { currentSpeaker } = floor;
  const { moderated, moderatorHere } = floorRules(parley, chat, floor);
  const moderator = decider(floor.moderator, !moderated || moderatorHere, member => nameOf(member, scene));
  const waiting = inOrder(floor).map((speaker, index) => `${index + 1}. ${named(speaker, scene)}`);
  const more = waiting.length - mostListed;
  return [
    currentSpeaker === null ? nobodySpeaks(scene) : `- Speaks: ${named(currentSpeaker, scene)}${timeLeft(scene)}`,
    waiting.length === 0
      ? '- Nobody waits.'
      : `- Wait: ${waiting.slice(0, mostListed).join(' ')}${more > 0 ? ` and ${more} more` : ''}`,
    `- Strategy: ${strategyOf(parley, chat)}. Moderator: ${moderator}.`,
    `- A slot: ${slotText(scene)}.`,
    ...(isQuiet(floor, parley.clock.now())
      ? [`- Quiet, for ${quietFor(scene)} more: agents speak only where they are called.`]
      : []),
    ...(floor.asksModels && strategyNamed(strategyOf(parley, chat)).volunteers
      ? ['- Models are asked whether agents have something to add.']
      : []),
    ...(floor.held ? ['- It is on hold: nobody gets the floor.'] : []),
  ].join('\n');
}

const nobodySpeaks = (scene: Scene): string => {
  const { deliberation } = scene.floor;
  return deliberation === null
    ? '- Nobody speaks.'
    : `- Nobody speaks; ${nameOf(agentMember(deliberation.agent), scene)} decides who is next.`;
};

const named = (speaker: Speaker, scene: Scene): string =>
  `**${nameOf(memberOf(speaker), scene)}** (${reasonFor(speaker)})${speaker.granted ? ', called' : ''}`;

/** Reasons hold names that people gave themselves. */
const reasonFor = ({ reason }: Speaker): string => reason.replace(/[\p{C}`*_[\]()<>@#|\\~]/gu, '').slice(0, 100);

function timeLeft({ floor: { slot }, parley }: Scene): string {
  if (slot === null) return '';
  return `, for at most ${spokenTime(Math.max(1, Math.ceil((slot.endsAt - parley.clock.now()) / 1000)))} more`;
}

const quietFor = ({ floor, parley }: Scene): string =>
  spokenTime(60 * Math.ceil((floor.quietUntil - parley.clock.now()) / 60_000));

function slotText({ floor, parley, chat }: Scene): string {
  const rules = floor.slotRules ?? floorRules(parley, chat, floor).slot;
  return rules === null
    ? 'as long as it takes'
    : `${spokenTime(rules.seconds)}, or ${rules.messages} messages of a person`;
}
