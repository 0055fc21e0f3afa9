import { z } from 'zod';
import { externalIdOf } from '../../src/core/ids.ts';
import type { Delivery } from '../../src/ports/bridge.ts';
import type { EditsMessages, Reacts, RedactsMessages, SendsFiles } from '../../src/ports/bridge-capabilities.ts';
import { answerAs } from './answer.ts';
import { fromDelivery, fromEdit, fromFile } from './from-event.ts';
import { upload } from './media.ts';
import { path } from './path.ts';
import type { MatrixRequests } from './requests.ts';
import { deliveryTxnId } from './txn-id.ts';

const sent = z.object({ event_id: z.string() });

export interface Sending extends EditsMessages, Reacts, RedactsMessages, SendsFiles {
  send(delivery: Delivery): Promise<string>;
}

export function sending(requests: MatrixRequests): Sending {
  return {
    send: async delivery => put(requests, delivery, fromDelivery(delivery, await contentOf(requests, delivery))),
    sendFile: async delivery =>
      put(requests, delivery, fromFile(delivery, await upload(requests, delivery.as, delivery.file))),
    edit: async (externalId, delivery) => {
      await put(requests, delivery, fromEdit(externalId, delivery));
    },
    react: async ({ chat, as, target, key, deliveryId }) => {
      const annotation = { rel_type: 'm.annotation', event_id: externalIdOf(target), key };
      const what = `react to a message in ${externalIdOf(chat)}`;
      const where = path('rooms', externalIdOf(chat), 'send', 'm.reaction', deliveryTxnId(as, deliveryId));
      const body = { 'm.relates_to': annotation };
      const answer = await requests.call({ what, as, method: 'PUT', path: where, body });
      return answerAs(sent, what, answer).event_id;
    },
    redact: async ({ chat, as, externalId, deliveryId, reason }) => {
      const room = externalIdOf(chat);
      const what = `redact a message in ${room}`;
      const target = path('rooms', room, 'redact', externalId, deliveryTxnId(as, deliveryId));
      await requests.call({ what, as, method: 'PUT', path: target, body: { reason } });
    },
  };
}

async function put(
  requests: MatrixRequests,
  delivery: Pick<Delivery, 'chat' | 'as' | 'deliveryId'>,
  body: object,
): Promise<string> {
  const room = externalIdOf(delivery.chat);
  const txnId = deliveryTxnId(delivery.as, delivery.deliveryId);
  const what = `send a message to ${room}`;
  const answer = await requests.call({
    what,
    as: delivery.as,
    method: 'PUT',
    path: path('rooms', room, 'send', 'm.room.message', txnId),
    body,
  });
  return answerAs(sent, what, answer).event_id;
}

/** Repeated, it leaves one more content that nothing refers to; the message is still sent once. */
async function contentOf(requests: MatrixRequests, { as, body }: Delivery): Promise<string | null> {
  if (body.kind !== 'file') return null;
  return upload(requests, as, { name: body.name, mimeType: body.mimeType, data: new TextEncoder().encode(body.text) });
}
