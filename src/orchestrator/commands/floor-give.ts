import { z } from 'zod';
import { member } from '../../core/command/parameters.ts';
import { agentOf, type MemberId } from '../../core/ids.ts';
import { nameOf } from '../floor/floor-names.ts';
import { giveFloor } from '../floor/give-floor.ts';
import type { Scene } from '../handle/handling.ts';
import { command } from './command.ts';
import { orderInGroup } from './in-group.ts';

export const floorGive = command({
  name: 'floor give',
  summary: 'Gives somebody the floor at once; the slot of whoever speaks is over.',
  needs: 'floor',
  parameters: z.object({ who: member('Somebody of this room, a person or an agent.') }),
  example: 'floor give @Ada',
  async run({ who }, call) {
    const { scene } = call;
    const name = nameOf(who, scene);
    if (isMute(who, scene)) return call.reply(`No model speaks for ${name}. Give the floor to somebody else.`);
    const waits = scene.floor.held ? ` It is on hold until \`${call.prefix}floor resume\`.` : '';
    return orderInGroup(call, order => giveFloor(order, who), `The floor goes to ${name}.${waits}`);
  },
});

function isMute(who: MemberId, { parley }: Scene): boolean {
  const agent = agentOf(who);
  return agent !== null && parley.agents.get(agent)?.role !== 'agent';
}
