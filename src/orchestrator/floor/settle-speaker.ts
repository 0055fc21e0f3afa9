import { takesTurns } from '../../core/agent.ts';
import type { AgentSpeaker, Floor } from '../../core/floor/floor.ts';
import { speakingAgent } from '../../core/floor/queue.ts';
import { expire, release, renewSlot, restartSlot } from '../../core/floor/slot.ts';
import { handOver } from '../../core/hand-over.ts';
import { messageId } from '../../core/ids.ts';
import { isSaid } from '../../core/message.ts';
import { strategyNamed } from '../../core/strategies/strategies.ts';
import type { Decision } from '../../core/take-turns.ts';
import type { Turn } from '../../core/turn.ts';
import { askVolunteers, volunteer } from '../../core/volunteer.ts';
import type { Installation } from '../installation.ts';
import { isVoiced } from '../power/power-wish.ts';
import { ensureChat } from '../rooms/refresh-chat.ts';
import { agentsIn } from '../rooms/room-view.ts';
import { stopTurn } from '../turns/stop-turn.ts';
import { strategyOf } from './floor-rules.ts';

/**
 * Releases the floor when the speaker has ended: an agent whose turn is done, a person whose slot is over. An agent whose slot is over is
 * stopped first. An answer that calls a colleague hands the floor over.
 */
export async function settleSpeaker(parley: Installation, floor: Floor): Promise<Decision> {
  if (floor.currentSpeaker === null) return { floor, turns: [] };
  const agent = speakingAgent(floor);
  return agent === null ? { floor: await settlePerson(parley, floor), turns: [] } : settleAgent(parley, floor, agent);
}

/** Whom the room does not let speak yet, because the network was away, has the whole slot still before them. */
async function settlePerson(parley: Installation, floor: Floor): Promise<Floor> {
  const now = parley.clock.now();
  const { floor: settled } = expire(floor, now);
  if (settled === floor || isVoiced(parley, await ensureChat(parley, floor._id), floor)) return settled;
  const restarted = restartSlot(floor, now);
  return restarted === floor ? settled : restarted;
}

async function settleAgent(parley: Installation, floor: Floor, speaker: AgentSpeaker): Promise<Decision> {
  const turn = await parley.store.collection('turns').get(speaker.turn);
  const now = parley.clock.now();
  if (turn !== null && turn.state !== 'done') return keepSlot(parley, floor, { turn, now });
  const released = release(floor, now);
  return turn === null ? { floor: released, turns: [] } : afterTurn(parley, turn, released);
}

async function keepSlot(
  parley: Installation,
  before: Floor,
  { turn, now }: { turn: Turn; now: number },
): Promise<Decision> {
  // Who could not begin yet, because the network was away, has the whole slot still before them.
  const late = turn.state === 'queued' && now >= (before.slot?.endsAt ?? now);
  const { floor, overdue } = expire(renewSlot(before, late ? now : parley.startedAt, now), now);
  if (overdue !== null) await stopTurn(parley, overdue.turn, 'slot');
  return { floor, turns: [] };
}

async function afterTurn(parley: Installation, turn: Turn, floor: Floor): Promise<Decision> {
  const last = turn.parts.findLast(part => part.body.kind !== 'removed')?.externalId;
  const byModel = turn.outcome === 'answered' && turn.attempts > 0;
  if (!byModel || turn.reply === null || !last) return { floor, turns: [] };
  const chat = await ensureChat(parley, turn.chat);
  if (chat.chatType === 'private') return { floor, turns: [] };
  const room = {
    chatType: chat.chatType,
    agents: agentsIn(parley, chat).filter(takesTurns),
    people: [],
    repliedTo: null,
    threadAgent: null,
  };
  const reply = { message: messageId(chat.bridge, last), text: turn.reply };
  const bounds = { room, limits: parley.settings.turnLimits, now: parley.clock.now() };
  const handed = handOver(turn, reply, floor, bounds);
  const isOver = handed.turns.length === 0 && handed.asides === undefined;
  const mayVolunteer = isOver && strategyNamed(strategyOf(parley, chat)).volunteers === true;
  return mayVolunteer ? askVolunteer(parley, turn, { floor, bounds }) : handed;
}

/** Only in rooms whose strategy allows it: what was asked, and who has answered it, is read from the store. */
async function askVolunteer(
  { store }: Installation,
  turn: Turn,
  { floor, bounds }: { readonly floor: Floor; readonly bounds: Parameters<typeof volunteer>[2] },
): Promise<Decision> {
  const message = turn.trigger === null ? null : await store.collection('messages').get(turn.trigger);
  if (message === null || !isSaid(message) || message.status === 'redacted') return { floor, turns: [] };
  const turns = await store.collection('turns').find({ where: { trigger: message._id }, limit: 100 });
  const given = { turn, message, answered: new Set(turns.map(({ agent }) => agent)) };
  return floor.asksModels ? askVolunteers(given, floor, bounds) : volunteer(given, floor, bounds);
}
