import { z } from 'zod';
import { type AgentId, externalIdOf } from '../../src/core/ids.ts';
import type { Delivery } from '../../src/ports/bridge.ts';
import type {
  EditsMessages,
  FileDelivery,
  Reacts,
  RedactsMessages,
  SendsFiles,
} from '../../src/ports/bridge-capabilities.ts';
import { answerAs } from './answer.ts';
import type { Cipher } from './crypto/cipher.ts';
import { fromDelivery, fromEdit, fromFile, type Uploaded } from './from-event.ts';
import { upload } from './media.ts';
import { path } from './path.ts';
import type { MatrixRequests } from './requests.ts';
import { sealFile } from './sealed-file.ts';
import { deliveryTxnId } from './txn-id.ts';

const sent = z.object({ event_id: z.string() });

export interface Sending extends EditsMessages, Reacts, RedactsMessages, SendsFiles {
  send(delivery: Delivery): Promise<string>;
}

export interface SendingOptions {
  readonly requests: MatrixRequests;
  /** Null: Parley does not write in encrypted rooms what only its members may read. */
  readonly cipher: Cipher | null;
}

export function sending(options: SendingOptions): Sending {
  const { requests, cipher } = options;
  const isSealed = async ({ chat, as, encrypted }: Omit<Delivery, 'body'>): Promise<boolean> =>
    (await cipher?.mustSeal(externalIdOf(chat), as, encrypted ?? null)) ?? false;
  return {
    async send(delivery) {
      const { as, body } = delivery;
      const encrypted = await isSealed(delivery);
      const file = body.kind === 'file' ? { ...body, data: new TextEncoder().encode(body.text) } : null;
      const uploaded = file === null ? null : await put(requests, as, { file, encrypted });
      return say(options, delivery, { content: fromDelivery(delivery, { encrypted, uploaded }), encrypted });
    },
    async sendFile(delivery) {
      const encrypted = await isSealed(delivery);
      const uploaded = await put(requests, delivery.as, { file: delivery.file, encrypted });
      return say(options, delivery, { content: fromFile(delivery, uploaded), encrypted });
    },
    async edit(externalId, delivery) {
      const encrypted = await isSealed(delivery);
      await say(options, delivery, { content: fromEdit(externalId, delivery, encrypted), encrypted });
    },
    // As people's clients do it: reactions can't be read otherwise by who looks at a message without its room.
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

const plainType = 'm.room.message';
const sealedType = 'm.room.encrypted';

async function say(
  { requests, cipher }: SendingOptions,
  { chat, as, deliveryId }: Pick<Delivery, 'chat' | 'as' | 'deliveryId'>,
  { content, encrypted }: { readonly content: Readonly<Record<string, unknown>>; readonly encrypted: boolean },
): Promise<string> {
  const room = externalIdOf(chat);
  const what = `send a message to ${room}`;
  const sealing = { room, as, type: plainType, content };
  const body = encrypted && cipher !== null ? await cipher.seal(sealing) : content;
  const where = path('rooms', room, 'send', encrypted ? sealedType : plainType, deliveryTxnId(as, deliveryId));
  const answer = await requests.call({ what, as, method: 'PUT', path: where, body });
  return answerAs(sent, what, answer).event_id;
}

/** Repeated, it leaves one more content that nothing refers to; the message is still sent once. */
async function put(
  requests: MatrixRequests,
  as: AgentId,
  { file, encrypted }: { readonly file: FileDelivery['file']; readonly encrypted: boolean },
): Promise<Uploaded> {
  if (!encrypted) return { url: await upload(requests, as, file) };
  const { bytes, at } = sealFile(file.data);
  // Neither its name nor its kind is the homeserver's business.
  const sealed = { name: 'sealed', mimeType: 'application/octet-stream', data: bytes };
  return { file: at(await upload(requests, as, sealed)) };
}
