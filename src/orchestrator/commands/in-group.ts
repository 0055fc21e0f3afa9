import type { Decision } from '../../core/take-turns.ts';
import type { Ordered } from '../floor/orders.ts';
import type { CommandCall } from './command.ts';

const noFloor = 'This is a direct chat: every message is answered, and nobody has to ask for the floor.';

/** Carries out an order about the floor of a group, and tells what came of it. */
export async function orderInGroup(
  call: CommandCall,
  order: (ordered: Ordered) => Promise<Decision>,
  told: string | ((decision: Decision) => string),
): Promise<Decision> {
  const { scene, message, reply } = call;
  if (scene.chat.chatType === 'private') return reply(noFloor);
  const decision = await order({ ...scene, by: message.from, cause: message._id });
  return { ...reply(typeof told === 'string' ? told : told(decision), decision), turns: decision.turns };
}
