import type { Floor } from '../../core/floor/floor.ts';
import { personHeard } from '../../core/floor/limits.ts';
import { enqueue, speakingAgent } from '../../core/floor/queue.ts';
import { agentOf, type MemberId, type MessageId } from '../../core/ids.ts';
import type { Envelope, Message, Reacted } from '../../core/message.ts';
import { type Decision, repeatTurn, speakerOf } from '../../core/take-turns.ts';
import type { Turn } from '../../core/turn.ts';
import { mayHere, refuse } from '../commands/refuse.ts';
import { countsAsBot } from '../floor/counts-as-bot.ts';
import type { Installation } from '../installation.ts';
import { isOutOfBounds } from '../rooms/only-encrypted.ts';
import { isTaskKey, reactToTask } from '../tasks/react-to-task.ts';
import { latestRound, latestRounds } from '../turns/latest-round.ts';
import { handleCardReaction, isCard, isCardKey } from './handle-card-reaction.ts';
import { type Handle, nothing, type Scene } from './handling.ts';
import { stopTurns } from './stop-turns.ts';

type ReactionMessage = Message & Reacted;

/** The reactions that Parley understands, on an answer or on the message that was answered. */
export const reactions = { stop: '🛑', again: '🔁' } as const;

export const handleReaction: Handle<ReactionMessage> = async (reaction, scene) => {
  if (isOutOfBounds(scene)) return nothing(scene);
  const known = reaction.key === reactions.stop || reaction.key === reactions.again;
  if (agentOf(reaction.from) !== null || countsAsBot(scene.parley, reaction, scene.floor)) return nothing(scene);
  if (isCardKey(reaction.key) && (await isCard(reaction.target, scene))) return handleCardReaction(reaction, scene);
  const forTask = isTaskKey(reaction.key) ? await reactToTask(reaction, scene) : null;
  if (forTask !== null) return forTask;
  if (!known) return nothing(scene);
  const turns = await turnsBehind(reaction, scene);
  if (turns.length === 0) return nothing(scene);
  if (!mayHere(reaction.from, 'command', scene))
    return refuse(reaction, { permission: 'command', what: { name: reaction.key, shown: reaction.key } }, scene);
  return reaction.key === reactions.stop ? stopTurns(turns, scene) : repeatTurns(turns, reaction.from, scene);
};

/** The turns that made the message, or that answer it; of each only the latest round. */
async function turnsBehind({ target, chat }: Envelope & Reacted, { parley, floor }: Scene): Promise<Turn[]> {
  const message = await parley.store.collection('messages').get(target);
  if (message === null) return openingNow(parley, floor);
  if (message.chat !== chat) return [];
  const turns = parley.store.collection('turns');
  if (message.cause === null) return answersTo(target, parley);
  const turn = await turns.get(message.cause);
  if (turn === null) return [];
  const isQuestion = turn.ask !== undefined && turn.ask.of !== turn.agent;
  return isQuestion ? answersTo(target, parley) : [await latestRound(parley, turn)];
}

const answersTo = async (message: MessageId, { store }: Installation): Promise<Turn[]> =>
  latestRounds(await store.collection('turns').find({ where: { trigger: message }, limit: 100 }));

/** A message that stands in the room but not in the log is the one that was being opened when Parley ended. */
async function openingNow({ store }: Installation, floor: Floor): Promise<Turn[]> {
  const speaking = speakingAgent(floor);
  const turn = speaking === null ? null : await store.collection('turns').get(speaking.turn);
  const part = turn?.parts[0];
  return turn && part?.state === 'opened' && part.externalId === null ? [turn] : [];
}

/** Not what no model made, such as the answer to a command. */
const isRepeatable = (turn: Turn): boolean =>
  turn.state === 'done' && turn.trigger !== null && (turn.attempts > 0 || turn.reply === null);

/** Makes finished answers again. What is still under way is left alone. */
function repeatTurns(turns: readonly Turn[], askedBy: MemberId, { floor, parley }: Scene): Decision {
  const now = parley.clock.now();
  const again = turns.filter(isRepeatable).map(turn => repeatTurn(turn, askedBy));
  // After a crash in the middle of this, the new round is there already but does not wait in the queue yet.
  const waiting = turns.filter(turn => turn.state === 'queued' && turn.round > 0);
  const speakers = [...again, ...waiting].map(turn => speakerOf(turn, now));
  return { floor: enqueue(personHeard(floor), speakers), turns: again };
}
