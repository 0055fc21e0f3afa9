import type { Floor } from '../../core/floor/floor.ts';
import type { Message } from '../../core/message.ts';
import type { Installation } from '../installation.ts';

/** What stands in the log of a room behind its cursor, in order. */
export function messagesAfter({ store }: Installation, floor: Floor, limit: number): Promise<Message[]> {
  return store.collection('messages').find({
    where: { chat: floor._id, order: { above: floor.handledThrough } },
    orderBy: { field: 'order', direction: 'asc' },
    limit,
  });
}
