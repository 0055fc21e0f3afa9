import { takesTurns } from '../../core/agent.ts';
import { answerBot } from '../../core/answer-bot.ts';
import { answerDoubtful } from '../../core/answer-doubtful.ts';
import type { SaidMessage } from '../../core/message.ts';
import type { Room } from '../../core/room.ts';
import { answerPerson, type Decision } from '../../core/take-turns.ts';
import { change } from '../change.ts';
import { strategyOf } from '../floor/floor-rules.ts';
import type { Listened } from '../floor/listen.ts';
import type { Installation } from '../installation.ts';
import { agentsFor, displayName, roomFor } from '../rooms/room-view.ts';
import { answerByKeeper } from './answer-by-keeper.ts';
import { meantButAway, pausedNotice } from './away-agents.ts';
import type { Scene } from './handling.ts';
import { mergeBurst } from './merge-burst.ts';

type Heard = Pick<Listened, 'by' | 'hop' | 'isHasty'>;

/** A machine that has not been found out yet wakes no more agents by a message. */
const mostForHasty = 3;

/** Who answers what is no command: what a person said, or what may be by a person. */
export async function decideAnswer(message: SaidMessage, scene: Scene, heard: Heard): Promise<Decision> {
  const { parley, chat, floor } = scene;
  const room = await roomFor(parley, chat, message);
  const { away, nobodyElse } = meantButAway(message, room);
  const { thread } = message;
  const notices = away.flatMap(agent => pausedNotice(parley, { chat, agent, thread }) ?? []);
  if (nobodyElse) return { floor, turns: [], asides: notices };
  const there = { ...room, agents: room.agents.filter(takesTurns) };
  const decision = await answerIn(there, message, scene, heard);
  return notices.length === 0 ? decision : { ...decision, asides: [...(decision.asides ?? []), ...notices] };
}

async function answerIn(
  room: Room,
  message: SaidMessage,
  scene: Scene,
  { by, hop, isHasty }: Heard,
): Promise<Decision> {
  const { parley, chat, floor } = scene;
  const given = { room, strategy: strategyOf(parley, chat), now: parley.clock.now() };
  if (by !== 'person') {
    const bounded = { ...given, hop, limits: parley.settings.turnLimits };
    return noteHop(answerDoubtful(message, floor, bounded), parley, message);
  }
  const others = () =>
    mergeBurst(answerPerson(message, floor, isHasty ? { ...given, most: mostForHasty } : given), message, scene);
  return (await answerByKeeper(message, { scene, room, others })) ?? others();
}

/** Who answers somebody else's bot, or an echo: only whom it calls. */
export async function hearBot(message: SaidMessage, { parley, chat, floor }: Scene, hop: number): Promise<Decision> {
  const room = {
    chatType: chat.chatType,
    agents: agentsFor(parley, chat, message).filter(takesTurns),
    people: [{ id: message.from, name: displayName(chat, message.from, parley.agents) }],
    repliedTo: null,
    threadAgent: null,
  };
  const given = { room, hop, limits: parley.settings.turnLimits, now: parley.clock.now() };
  return noteHop(answerBot(message, floor, given), parley, message);
}

/** Where it is answered, the message says how far it is from a person's. */
async function noteHop(decision: Decision, { store }: Installation, message: SaidMessage): Promise<Decision> {
  const hop = decision.turns[0]?.hop;
  if (hop !== undefined)
    await change(store.collection('messages'), message._id, stored =>
      stored.hop === hop ? stored : { ...stored, hop },
    );
  return decision;
}
