import { z } from 'zod';
import { externalIdOf } from '../../src/core/ids.ts';
import type { Delivery } from '../../src/ports/bridge.ts';
import { answerAs } from './answer.ts';
import { path } from './path.ts';
import { isRecord } from './raw-event.ts';
import type { RoomsOptions } from './rooms.ts';
import { deliveryTxnId } from './txn-id.ts';

const page = z.object({ chunk: z.array(z.unknown()), end: z.string().optional() });
const perPage = 100;
/** The mark is sealed with an encrypted message; then the transaction id tells. */
const messageTypes: readonly string[] = ['m.room.message', 'm.room.encrypted'];
/** With the filter, a page holds nothing but messages of this agent: no room has more of them behind one turn. */
const mostPages = 50;

type Sent = Readonly<Record<string, unknown>> & { readonly event_id: string };

/** Reads what the agent said in the room, backwards to `since`. */
export async function findSent(options: RoomsOptions, delivery: Delivery, since: number): Promise<string | null> {
  const { chat, as } = delivery;
  const sender = options.names.userId(as);
  const where = path('rooms', externalIdOf(chat), 'messages');
  const what = `look for a message in ${externalIdOf(chat)}`;
  const filter = JSON.stringify({ types: messageTypes, senders: [sender] });
  let from: string | undefined;
  for (let read = 0; read < mostPages; read += 1) {
    const query = { dir: 'b', limit: perPage, filter, ...(from === undefined ? {} : { from }) };
    const { chunk, end } = answerAs(
      page,
      what,
      await options.requests.call({ what, as, method: 'GET', path: where, query }),
    );
    // The filter is the homeserver's business; that nobody else's mark counts is ours.
    const own = chunk.filter((event): event is Sent => isMessageOf(sender, event));
    const found = own.find(event => isMadeBy(delivery, event));
    if (found !== undefined) return found.event_id;
    if (end === undefined || chunk.some(event => isBefore(since, event))) return null;
    from = end;
  }
  return null;
}

const isMessageOf = (sender: string, event: unknown): boolean =>
  isRecord(event) &&
  event.sender === sender &&
  messageTypes.includes(String(event.type)) &&
  typeof event.event_id === 'string';

const isBefore = (since: number, event: unknown): boolean =>
  isRecord(event) && typeof event.origin_server_ts === 'number' && event.origin_server_ts < since;

/** By its mark; what was removed has no content any more, but its sender is still told the transaction id. */
function isMadeBy({ as, deliveryId, mark }: Delivery, { content, unsigned }: Sent): boolean {
  if (isRecord(unsigned) && unsigned.transaction_id === deliveryTxnId(as, deliveryId)) return true;
  if (!isRecord(content) || !isRecord(content['net.parley'])) return false;
  const relation = content['m.relates_to'];
  const isEdit = isRecord(relation) && relation.rel_type === 'm.replace';
  return !isEdit && content['net.parley'].turn === mark.turn && content['net.parley'].part === mark.part;
}
