import type { Chat } from '../../core/chat.ts';
import { type AgentId, agentMember, onceTurnId } from '../../core/ids.ts';
import type { Enforcement, PowerWish } from '../../core/plan-power.ts';
import { levelOf, type RoomPower } from '../../core/power.ts';
import { asideTurn, scriptedTurn } from '../../core/take-turns.ts';
import type { Installation } from '../installation.ts';
import { topics } from '../topics.ts';

interface Lacking {
  readonly parley: Pick<Installation, 'store' | 'queue'>;
  readonly chat: Chat;
  /** Who speaks for Parley is the first of them. */
  readonly agents: readonly AgentId[];
  readonly wish: PowerWish;
  readonly enforcement: Enforcement;
}

/** Says once for each time that a room is moderated which power is lacking, and how to give it. */
export async function tellLack(
  { parley, chat, agents, wish, enforcement }: Lacking,
  { needed, power }: { readonly needed: number; readonly power: RoomPower },
): Promise<void> {
  const [agent] = agents;
  if (agent === undefined) return;
  const what = `power-${enforcement.since}${wish.moderated ? '' : '-end'}` as const;
  const named = {
    _id: onceTurnId(chat._id, what, agent),
    chat: chat._id,
    agent,
    trigger: null,
    reason: 'power',
    thread: null,
  };
  const has = levelOf(power, agentMember(agent));
  const turn = asideTurn(scriptedTurn(named, wish.moderated ? toBegin(needed, has) : toEnd(needed), true));
  await parley.store.collection('turns').insert([turn]);
  parley.queue.wake(topics.turns, turn._id);
}

const [admin, moderator] = [100, 50];

const inElement = (level: number): string =>
  level === admin ? 'Admin' : level === moderator ? 'Moderator' : `Custom level ${level}`;

const howToGive = (needed: number): string =>
  `In Element, who has that power clicks my name in the list of people and chooses **${inElement(needed)}** under *Power level*; or adds ` +
  'me under *Room settings → Roles & Permissions → Privileged users*.';

const toBegin = (needed: number, has: number): string =>
  'I moderate this room, but the server lets everybody write whenever they like: to change that I need the power level ' +
  `**${needed}** here, and I have ${has}. ${howToGive(needed)} Until then I give out turns, and ask you to wait for yours.`;

const toEnd = (needed: number): string =>
  `This room is not moderated any more, but the server still lets only some of you write: to take that back I need the power level **${needed}**. ` +
  `${howToGive(needed)} Or set *Send messages* to *Default* under *Room settings → Roles & Permissions*.`;
