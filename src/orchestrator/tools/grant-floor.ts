import { z } from 'zod';
import type { Floor, Speaker } from '../../core/floor/floor.ts';
import { decider } from '../../core/floor/grant.ts';
import { inOrder } from '../../core/floor/queue.ts';
import { agentMember } from '../../core/ids.ts';
import { plainName } from '../../core/plain-name.ts';
import type { Decision } from '../../core/take-turns.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import { memberOf, nameOf } from '../floor/floor-names.ts';
import { floorRules } from '../floor/floor-rules.ts';
import { orderFloor } from '../floor/order-floor.ts';
import { call, type Ordered } from '../floor/orders.ts';
import { oneLine, type Talk } from './talk.ts';

const mostReason = 80;
const mostListed = 20;

/** Gives the floor to somebody who waits, for the agent that moderates the room, and only while its decision is wanted. */
export const grantFloorTool = (talk: Talk, onGranted: () => void): Tool =>
  tool({
    name: 'grant_floor',
    description: 'Gives the floor to somebody who waits for it, as the moderator of the room: they speak next.',
    parameters: z.object({
      who: z.string().trim().min(1).max(300).describe('The id of somebody who waits, as the list has it.'),
      reason: z.string().max(1000).optional().describe('Why they are next, in a few words that everybody reads.'),
    }),
    async run({ who, reason }) {
      const { parley, turn, chat, agent } = talk;
      let told: string | null = null;
      const from = { chat: chat._id, by: agentMember(agent._id), cause: turn._id };
      await orderFloor(parley, from, async order => {
        const found = isWanted(talk, order) ? waiting(who, order) : 'over';
        told = typeof found === 'object' ? null : refusal(found, order);
        return typeof found === 'object' ? granted(order, found, inWords(talk, reason)) : unchanged(order);
      });
      if (told !== null) return told;
      onGranted();
      return 'Granted. End now.';
    },
  });

const unchanged = ({ floor }: Ordered): Decision => ({ floor, turns: [] });

/** The decision is taken with the grant: nobody is asked again, and nothing is cut. */
async function granted(order: Ordered, speaker: Speaker, words: string): Promise<Decision> {
  const decision = await call(order, speaker, words);
  return { ...decision, floor: { ...decision.floor, deliberation: null } };
}

const isWanted = ({ turn }: Talk, { parley, chat, floor }: Ordered): boolean =>
  floor.deliberation?.turn === turn._id && decider(floor, floorRules(parley, chat, floor)) === turn.agent;

/** By id; by name where only one of those who wait has it. */
function waiting(who: string, order: Ordered): Speaker | 'nobody' {
  const all = inOrder(order.floor);
  const byId = all.find(speaker => memberOf(speaker) === who);
  if (byId !== undefined) return byId;
  const wanted = plainName(who.replace(/^@/, '')).toLowerCase();
  const named = all.filter(speaker => nameOf(memberOf(speaker), order).toLowerCase() === wanted);
  const [first] = named;
  return first !== undefined && new Set(named.map(memberOf)).size === 1 ? first : 'nobody';
}

function refusal(why: 'nobody' | 'over', { floor }: Pick<Ordered, 'floor'>): string {
  if (why === 'over') return 'Not granted: this is not for you to decide, or is decided already. End now.';
  return `Not granted: nobody of that id waits. These do: ${idsOf(floor)}.`;
}

const idsOf = (floor: Floor): string => [...new Set(inOrder(floor).map(memberOf))].slice(0, mostListed).join(', ');

const inWords = ({ agent }: Talk, reason = ''): string => {
  const words = oneLine(reason, mostReason);
  return words === '' ? `called by ${agent.name}` : `called by ${agent.name}: ${words}`;
};
