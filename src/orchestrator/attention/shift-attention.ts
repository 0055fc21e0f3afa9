import type { Floor } from '../../core/floor/floor.ts';
import { speakingAgent } from '../../core/floor/queue.ts';
import type { TurnId } from '../../core/ids.ts';
import type { Installation } from '../installation.ts';

/**
 * Tells attention who has got the floor of a room and who has given it back. `told` is the turn that it was told of last; gives the one that
 * it knows of now.
 */
export async function shiftAttention(
  { attention }: Pick<Installation, 'attention'>,
  floor: { readonly before: Floor; readonly now: Floor },
  told: TurnId | null,
): Promise<TurnId | null> {
  const [was, is] = [speakingAgent(floor.before), speakingAgent(floor.now)];
  if (was !== null && was.turn !== is?.turn) await attention.leave(was.agent, was.turn);
  if (is === null || is.turn === told) return is?.turn ?? null;
  // Only private chats have no slots.
  const directMessage = floor.now.slot === null;
  const { agent, turn, direct } = is;
  const dialogue = floor.now._id;
  await attention.attend({ agent, turn, dialogue, mention: direct && !directMessage, directMessage, deadline: null });
  return turn;
}
