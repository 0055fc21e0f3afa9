import { z } from 'zod';
import { choice, member } from '../../core/command/parameters.ts';
import type { Moderator } from '../../core/floor/floor.ts';
import { agentOf, type MemberId } from '../../core/ids.ts';
import { moderatorName, nameOf } from '../floor/floor-names.ts';
import { canModerate, floorRules } from '../floor/floor-rules.ts';
import { appointModerator } from '../floor/orders.ts';
import type { Scene } from '../handle/handling.ts';
import { type CommandCall, command } from './command.ts';
import { orderInGroup } from './in-group.ts';

export const floorModerator = command({
  name: 'floor moderator',
  summary: 'Sets who decides about the next speaker in a moderated room.',
  needs: 'floor',
  parameters: z.object({
    rule: choice(['order', 'priority'], 'A rule: the order of the queue, or who was asked first.').optional(),
    who: member('Or somebody of this room, a person or an agent.').optional(),
  }),
  example: 'floor moderator @Ada',
  async run({ rule, who }, call) {
    if ((rule === undefined) === (who === undefined))
      return call.reply('Name one of `order`, `priority`, or somebody of this room.');
    const moderator: Moderator | null =
      who === undefined ? { kind: 'rule', rule: rule ?? 'order' } : asModerator(who, call.scene);
    if (moderator === null)
      return call.reply(
        'No model speaks for this agent, or it has no tool `grant_floor`: it can’t moderate. Name another one.',
      );
    return orderInGroup(call, order => appointModerator(order, moderator), told(moderator, call));
  },
});

function asModerator(who: MemberId, { parley }: Scene): Moderator | null {
  const agent = agentOf(who);
  if (agent === null) return { kind: 'person', person: who };
  const known = parley.agents.get(agent);
  return known !== undefined && canModerate(known) ? { kind: 'agent', agent } : null;
}

function told(moderator: Moderator, { scene, prefix }: CommandCall): string {
  const { parley, chat } = scene;
  const hint = floorRules(parley, chat, { moderator }).moderated
    ? ''
    : ` That counts while the room is moderated: \`${prefix}floor strategy moderated\`.`;
  return `The moderator is ${moderatorName(moderator, member => nameOf(member, scene))}.${hint}`;
}
