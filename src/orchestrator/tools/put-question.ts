import type { Draft } from '../../core/document.ts';
import { type AgentId, askTurnId, lentTurnId, type MessageId, messageId } from '../../core/ids.ts';
import type { AgentCard } from '../../core/room.ts';
import { asideTurn, newTurn, scriptedTurn } from '../../core/take-turns.ts';
import type { Turn } from '../../core/turn.ts';
import { topics } from '../topics.ts';
import { awaitTurn } from '../turns/await-turn.ts';
import { stopTurn } from '../turns/stop-turn.ts';
import type { Talk } from './talk.ts';

export interface Question {
  /** The number of the question in this answer, from 1. */
  readonly nth: number;
  readonly of: AgentCard;
  readonly question: string;
}

/** What became of a question. */
export interface Answered {
  /** What stands in the room: after a restart, what was asked before it. */
  readonly asked: string;
  readonly of: AgentId;
  readonly outcome: NonNullable<Turn['outcome']> | 'late' | 'unasked';
  readonly text: string;
}

const limitMs = 2 * 60_000;

/**
 * Puts a question into the room and waits for the colleague's answer: two turns beside the floor, of which the second is lent to the colleague.
 * May be repeated: the nth question of an answer is put once, whatever its words, and an answer that stands there is found.
 */
export async function putQuestion(talk: Talk, put: Question, signal: AbortSignal): Promise<Answered> {
  const until = talk.parley.clock.now() + limitMs;
  const asking = await begin(talk, questionTurn(talk, put));
  const of = asking?.ask?.of ?? put.of._id;
  const asked = (asking?.reply ?? '').replace(/^@[^:\n]*: /u, '');
  const question = await awaitTurn(talk.parley, askTurnId(talk.turn._id, put.nth), { until, signal });
  const externalId = question?.parts[0]?.externalId;
  if (!externalId) return { asked, of, outcome: 'unasked', text: '' };
  const trigger = messageId(talk.chat.bridge, externalId);
  const lent = lentTurnId(talk.turn._id, put.nth);
  await begin(talk, lentTurn(talk, { nth: put.nth, of, trigger }));
  const ended = await awaitTurn(talk.parley, lent, { until, signal });
  if (ended === null) await stopTurn(talk.parley, lent, 'person');
  return { asked, of, outcome: ended === null ? 'late' : (ended.outcome ?? 'dropped'), text: ended?.reply ?? '' };
}

/** Stores the turn, unless it is there, and has it run. Gives it as it is stored. */
async function begin({ parley }: Talk, draft: Draft<Turn>): Promise<Turn | null> {
  const turns = parley.store.collection('turns');
  await turns.insert([draft], 'process');
  parley.queue.wake(topics.turns, draft._id);
  return turns.get(draft._id);
}

function questionTurn({ turn, agent }: Talk, { nth, of, question }: Question): Draft<Turn> {
  const about = { chat: turn.chat, agent: agent._id, trigger: turn.trigger, thread: turn.thread, hop: turn.hop };
  const ask = { by: turn._id, of: of._id };
  const given = { _id: askTurnId(turn._id, nth), ...about, reason: `asks ${of.name}`, ask };
  return asideTurn(scriptedTurn(given, `@${of.name}: ${question}`, false));
}

function lentTurn(
  { turn, agent }: Talk,
  { nth, of, trigger }: { readonly nth: number; readonly of: AgentId; readonly trigger: MessageId },
): Draft<Turn> {
  const about = { chat: turn.chat, agent: of, trigger, thread: turn.thread, hop: turn.hop + 1 };
  const ask = { by: turn._id, of };
  return asideTurn(newTurn({ _id: lentTurnId(turn._id, nth), ...about, reason: `asked by ${agent.name}`, ask }));
}
