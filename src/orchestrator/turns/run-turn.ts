import type { TurnId } from '../../core/ids.ts';
import type { Turn } from '../../core/turn.ts';
import { step } from '../../telemetry/step.ts';
import type { Installation } from '../installation.ts';
import { topics } from '../topics.ts';
import { composeReply } from './compose-reply.ts';
import { deliver } from './deliver.ts';

/** Brings a turn to its end: the model's answer is stored, then sent. What was done before a crash is not done again. */
export async function runTurn(parley: Installation, id: TurnId): Promise<void> {
  let turn = await parley.store.collection('turns').get(id);
  if (turn === null) return;
  while (isOpen(turn)) turn = await advance(parley, turn);
  step('turn.done');
  parley.queue.wake(topics.rooms, turn.chat);
}

const isOpen = (turn: Turn): boolean => turn.state !== 'done';

const advance = (parley: Installation, turn: Turn): Promise<Turn> =>
  turn.state === 'replied' ? deliver(parley, turn) : composeReply(parley, turn);
