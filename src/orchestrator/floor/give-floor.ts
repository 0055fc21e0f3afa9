import type { Draft } from '../../core/document.ts';
import type { Speaker } from '../../core/floor/floor.ts';
import { giveTo } from '../../core/floor/grant.ts';
import { type AgentId, agentOf, type MemberId, type MessageId, turnId } from '../../core/ids.ts';
import { isSaid, type Message, type SaidMessage } from '../../core/message.ts';
import { type Decision, newTurn, speakerOf } from '../../core/take-turns.ts';
import type { Turn } from '../../core/turn.ts';
import { calledLine, commandLine, keepersOf } from '../commands/find-command.ts';
import { displayName } from '../rooms/room-view.ts';
import { memberOf } from './floor-names.ts';
import { call, type Ordered, ordered } from './orders.ts';

const lookBack = 50;

/**
 * Somebody gets the floor at once, whether they waited or not. An agent that was not asked speaks to what a person said last; one that speaks goes on,
 * and what else it was asked comes next.
 */
export async function giveFloor(order: Ordered, to: MemberId): Promise<Decision> {
  const { parley, floor } = order;
  const { currentSpeaker, queue } = floor;
  const waiting = queue.find(speaker => memberOf(speaker) === to);
  if (currentSpeaker !== null && memberOf(currentSpeaker) === to)
    return waiting === undefined ? { floor, turns: [] } : call(order, waiting);
  const turn = waiting === undefined && agentOf(to) !== null ? await turnFor(order, agentOf(to) as AgentId) : null;
  const speaker = waiting ?? newSpeaker(order, to, turn);
  const given = giveTo(floor, speaker, parley.clock.now());
  const from = currentSpeaker === null ? null : memberOf(currentSpeaker);
  return { ...ordered(order, given, { change: 'given', from, to }), turns: turn === null ? [] : [turn] };
}

function newSpeaker(order: Ordered, to: MemberId, turn: Draft<Turn> | null): Speaker {
  const since = order.parley.clock.now();
  return turn === null ? { kind: 'person', person: to, reason: reasonOf(order), since } : speakerOf(turn, since);
}

const reasonOf = ({ by, chat, parley }: Ordered): string => `called by ${displayName(chat, by, parley.agents)}`;

async function turnFor(order: Ordered, agent: AgentId): Promise<Draft<Turn>> {
  const { chat, cause } = order;
  const heard = await lastSaid(order);
  return newTurn({
    _id: turnId(cause, agent),
    chat: chat._id,
    agent,
    trigger: heard?._id ?? (cause as MessageId),
    reason: reasonOf(order),
    thread: heard?.thread ?? null,
  });
}

/** What a person said last before the order, that is no command. */
async function lastSaid({ parley, chat, cause }: Ordered): Promise<SaidMessage | null> {
  const messages = parley.store.collection('messages');
  const order = (await messages.get(cause as MessageId))?.order;
  const found = await messages.find({
    where: { chat: chat._id, ...(order === undefined ? {} : { order: { below: order } }) },
    orderBy: { field: 'order', direction: 'desc' },
    limit: lookBack,
  });
  const { settings, agents } = parley;
  const isMeant = (message: Message): message is SaidMessage =>
    isSaid(message) &&
    agentOf(message.from) === null &&
    message.status !== 'redacted' &&
    message.messageType !== 'notice' &&
    commandLine(message.text, settings.commandPrefix) === null &&
    calledLine(message, { keepers: keepersOf(agents) }) === null;
  return found.find(isMeant) ?? null;
}
