import { emptyFloor, type Floor } from '../../core/floor/floor.ts';
import { floorOf } from '../../core/floor/stored-floor.ts';
import type { ChatId } from '../../core/ids.ts';
import { ensure } from '../change.ts';
import type { Installation } from '../installation.ts';

/** The floor of a chat as it is stored; a new one is stored first. Whoever needs a floor reads it here, also one of an earlier Parley. */
export async function readFloor({ store }: Pick<Installation, 'store'>, chat: ChatId): Promise<Floor> {
  return floorOf(await ensure(store.collection('speaker_queues'), emptyFloor(chat)));
}
