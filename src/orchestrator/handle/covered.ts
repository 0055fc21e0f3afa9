import type { Draft } from '../../core/document.ts';
import { speakingAgent } from '../../core/floor/queue.ts';
import { type MessageId, turnId } from '../../core/ids.ts';
import { repeatTurn } from '../../core/take-turns.ts';
import type { Turn } from '../../core/turn.ts';
import { latestRound } from '../turns/latest-round.ts';
import type { Scene } from './handling.ts';

/**
 * The turn for what a turn was to answer besides its own message, which was taken back: the newest of the earlier messages that still
 * stands, and those before it. Null where there is none.
 */
export async function turnForCovered(turn: Turn, { parley }: Scene): Promise<Draft<Turn> | null> {
  const { messages, turns } = {
    messages: parley.store.collection('messages'),
    turns: parley.store.collection('turns'),
  };
  const covers = [...(turn.covers ?? [])];
  for (let id = covers.pop(); id !== undefined; id = covers.pop()) {
    const message = await messages.get(id);
    const first = await turns.get(turnId(id, turn.agent));
    if (message === null || message.status === 'redacted' || first === null) continue;
    return { ...repeatTurn(await latestRound(parley, first), message.from), reason: turn.reason, covers };
  }
  return null;
}

/** A message that the speaker is to answer besides its own has changed: the model starts over, as long as nothing is out. */
export async function startOverIfCovered(message: MessageId, { parley, floor }: Scene): Promise<void> {
  const speaking = speakingAgent(floor);
  const turn = speaking === null ? null : await parley.store.collection('turns').get(speaking.turn);
  const isUnseen = turn?.state === 'running' && turn.parts.length === 0;
  if (isUnseen && turn.covers?.includes(message)) parley.running.interrupt(turn._id, 'edited');
}
