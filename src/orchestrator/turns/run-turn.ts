import { ParleyError } from '../../core/errors.ts';
import type { TurnId } from '../../core/ids.ts';
import type { Turn } from '../../core/turn.ts';
import { step } from '../../telemetry/step.ts';
import type { Installation } from '../installation.ts';
import { topics } from '../topics.ts';
import { composeReply } from './compose-reply.ts';
import { deliver } from './deliver.ts';
import { Interrupted } from './running-turns.ts';
import { dropTurns } from './stop-turn.ts';

/** Brings a turn to its end: the model's answer is stored, then sent. What was done before a crash is not done again. */
export async function runTurn(parley: Installation, id: TurnId): Promise<void> {
  let turn = await parley.store.collection('turns').get(id);
  if (turn === null) return;
  while (isOpen(turn)) turn = await advanceOrDrop(parley, turn);
  step('turn.done');
  parley.turnEnds.tell(id);
  parley.queue.wake(topics.rooms, turn.chat);
}

const isOpen = (turn: Turn): boolean => turn.state !== 'done';

/** A fault of our own would come again each time, and the room would stand still for ever: such a turn is dropped. */
async function advanceOrDrop(parley: Installation, turn: Turn): Promise<Turn> {
  try {
    return await (turn.state === 'replied' ? deliver(parley, turn) : composeReply(parley, turn));
  } catch (error) {
    if (error instanceof ParleyError || error instanceof Interrupted) throw error;
    parley.log.error(
      { turn: turn._id, chat: turn.chat, err: error },
      'A turn was dropped because of a fault in Parley.',
    );
    await dropTurns(parley, [turn._id], 'dropped');
    return { ...turn, state: 'done' };
  }
}
