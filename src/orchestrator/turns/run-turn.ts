import { ParleyError } from '../../core/errors.ts';
import { correlationOf } from '../../core/events/event.ts';
import type { TurnId } from '../../core/ids.ts';
import type { Turn } from '../../core/turn.ts';
import { causedBy } from '../../telemetry/cause.ts';
import { step } from '../../telemetry/step.ts';
import type { Installation } from '../installation.ts';
import { mayNotTalkIn } from '../rooms/only-encrypted.ts';
import { consider } from '../thoughts/consider.ts';
import { decideSpeaker } from '../thoughts/decide-speaker.ts';
import { topics } from '../topics.ts';
import { composeReply } from './compose-reply.ts';
import { deliver } from './deliver.ts';
import { Interrupted } from './running-turns.ts';
import { dropTurns } from './stop-turn.ts';

/** Brings a turn to its end: the model's answer is stored, then sent. What was done before a crash is not done again. */
export const runTurn = (parley: Installation, id: TurnId): Promise<void> =>
  causedBy(correlationOf(id), () => bringToItsEnd(parley, id));

async function bringToItsEnd(parley: Installation, id: TurnId): Promise<void> {
  let turn = await parley.store.collection('turns').get(id);
  if (turn === null) return;
  const wasOpen = isOpen(turn);
  while (isOpen(turn)) {
    if (await isElsewhere(parley, turn)) return;
    turn = await advanceOrDrop(parley, turn);
  }
  step('turn.done', wasOpen ? { turn } : null);
  parley.turnEnds.tell(id);
  parley.queue.wake(topics.rooms, turn.chat);
  // Somebody may have reacted to a request for approval before it was known here that it is in the room.
  if (wasOpen && turn.task !== undefined) parley.queue.wake(topics.tasks, turn.task);
}

const isOpen = (turn: Turn): boolean => turn.state !== 'done';

function advance(parley: Installation, turn: Turn): Promise<Turn> {
  if (turn.thought === 'considers') return consider(parley, turn);
  if (turn.state === 'replied') return deliver(parley, turn);
  return turn.thought === 'decides' ? decideSpeaker(parley, turn) : composeReply(parley, turn);
}

/** Another process works on it; when that is gone, whoever takes over wakes the turn again. */
async function isElsewhere({ crew }: Installation, { state, claimedBy }: Turn): Promise<boolean> {
  if (state !== 'running' || claimedBy === undefined || claimedBy === crew.self) return false;
  return !(await crew.isGone(claimedBy));
}

/** A fault of our own would come again each time, and the room would stand still for ever: such a turn is dropped. */
async function advanceOrDrop(parley: Installation, turn: Turn): Promise<Turn> {
  try {
    return (await isKeptBack(parley, turn)) ? await drop(parley, turn) : await advance(parley, turn);
  } catch (error) {
    if (error instanceof ParleyError || error instanceof Interrupted) throw error;
    parley.log.error(
      { turn: turn._id, chat: turn.chat, err: error },
      'A turn was dropped because of a fault in Parley.',
    );
    return drop(parley, turn);
  }
}

/** What an agent was to say in a room from before it was to talk in encrypted ones only. */
const isKeptBack = async (parley: Installation, { chat, trigger, thought }: Turn): Promise<boolean> =>
  (trigger !== null || thought !== undefined) && (await mayNotTalkIn(parley, chat));

async function drop(parley: Installation, turn: Turn): Promise<Turn> {
  await dropTurns(parley, [turn._id], 'dropped');
  return { ...turn, state: 'done' };
}
