import type { Floor } from '../../core/floor/floor.ts';
import { speakingAgent } from '../../core/floor/queue.ts';
import type { TurnId } from '../../core/ids.ts';
import type { Installation } from '../installation.ts';

type Attending = Pick<Installation, 'attention'>;

/**
 * Tells attention who gives the floor of a room back; true where somebody does. Called before the floor is stored: what comes after it may fail, and who
 * keeps the floor after all is told of again, but nobody would come back to a turn that the stored floor does not have any more.
 */
export async function leaveAttention({ attention }: Attending, before: Floor, after: Floor): Promise<boolean> {
  const [was, is] = [speakingAgent(before), speakingAgent(after)];
  if (was === null || was.turn === is?.turn) return false;
  await attention.leave(was.agent, was.turn);
  return true;
}

/** Tells attention who has the floor of a room. `told` is the turn that it was told of last; gives the one that it knows of now. */
export async function takeAttention(
  { attention }: Attending,
  floor: Floor,
  told: TurnId | null,
): Promise<TurnId | null> {
  const is = speakingAgent(floor);
  if (is === null || is.turn === told) return is?.turn ?? null;
  // Only private chats have no slots.
  const directMessage = floor.slot === null;
  const { agent, turn, direct } = is;
  const dialogue = floor._id;
  await attention.attend({ agent, turn, dialogue, mention: direct && !directMessage, directMessage, deadline: null });
  return turn;
}
