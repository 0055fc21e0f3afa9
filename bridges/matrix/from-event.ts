import { ParleyError } from '../../src/core/errors.ts';
import { externalIdOf } from '../../src/core/ids.ts';
import type { OutgoingBody } from '../../src/core/turn.ts';
import type { Delivery, DeliveryMark } from '../../src/ports/bridge.ts';
import type { FileDelivery } from '../../src/ports/bridge-capabilities.ts';
import { cleanText } from './grammar.ts';
import { mightPing } from './pings.ts';
import { plainBody } from './plain-body.ts';
import { renderOnce } from './rendered.ts';
import type { SealedFile } from './sealed-file.ts';
import { jsonSize, limitOf } from './size.ts';
import { asVoice } from './voice-note.ts';

type MarkdownBody = OutgoingBody & { readonly kind: 'markdown' };
type Content = Readonly<Record<string, unknown>>;

/** Where an uploaded file is; in an encrypted room, what opens it, too. */
export type Uploaded = { readonly url: string } | { readonly file: SealedFile };

/** What the room asks of a content. */
export interface Manner {
  readonly encrypted: boolean;
  readonly uploaded: Uploaded | null;
}

const plain: Manner = { encrypted: false, uploaded: null };

/** The content of a new message. Pure. https://spec.matrix.org/v1.16/client-server-api/#mroommessage */
export function fromDelivery(delivery: Delivery, manner: Manner = plain): Content {
  return { ...messageContent(delivery, manner), ...relation(delivery), 'net.parley': markOf(delivery.mark) };
}

/** The content of a message that is a file; pictures and voice notes are shown as such. Pure. https://spec.matrix.org/v1.16/client-server-api/#media */
export function fromFile({ file, ...delivery }: FileDelivery, uploaded: Uploaded): Content {
  const { name, mimeType, data } = file;
  const kind = /^(image|audio|video)\//.exec(mimeType)?.[1] ?? 'file';
  const voice = asVoice(file);
  const info = { mimetype: mimeType, size: data.byteLength, ...voice.info };
  const about = { ...uploaded, ...voice.marks, info };
  const content = { msgtype: `m.${kind}`, body: name, filename: name, ...about, 'm.mentions': {} };
  return { ...content, ...relation(delivery), 'net.parley': markOf(delivery.mark) };
}

const fallbackLength = 120;

/**
 * The content that replaces a message. Clients without edits see the beginning only, so that a long text is not in the event twice.
 * https://spec.matrix.org/v1.16/client-server-api/#event-replacements
 */
export function fromEdit(target: string, delivery: Delivery, encrypted = false): Content {
  const mark = { 'net.parley': markOf(delivery.mark) };
  const next = messageContent(delivery, { encrypted, uploaded: null });
  const body = `* ${String(next.body).slice(0, fallbackLength).toWellFormed()}`;
  return {
    msgtype: next.msgtype,
    body,
    // An edit pings nobody; whom the message mentions stands in the new content.
    ...(mightPing(body, delivery.people) ? { 'm.mentions': {} } : {}),
    'm.new_content': { ...next, ...mark },
    'm.relates_to': { rel_type: 'm.replace', event_id: target },
    ...mark,
  };
}

function messageContent({ body, people }: Delivery, { encrypted, uploaded }: Manner): Content {
  return body.kind === 'file' ? fileContent(body, uploaded) : textContent(body, people, limitOf(encrypted));
}

function textContent({ text, notice }: MarkdownBody, people: Delivery['people'], limit: number): Content {
  const source = cleanText(text);
  const { html, mentions } = renderOnce(source);
  const size = jsonSize(source);
  if (size > limit) {
    throw new ParleyError('MESSAGE_TOO_LARGE', `A Matrix message holds ${limit} bytes and this has ${size}. Split it.`);
  }
  const body = plainBody(source);
  // Where only the HTML is too long, the text is still worth sending.
  const formatted = html !== null && size + jsonSize(html) <= limit;
  return {
    msgtype: notice ? 'm.notice' : 'm.text',
    body,
    ...(formatted ? { format: 'org.matrix.custom.html', formatted_body: html } : {}),
    ...mentioning(mentions, mightPing(body, people)),
  };
}

/** Clients and servers guess from the text whom to ping, unless they are told. */
function mentioning(mentions: readonly string[], toldOtherwise: boolean): Content {
  if (mentions.length > 0) return { 'm.mentions': { user_ids: mentions } };
  return toldOtherwise ? { 'm.mentions': {} } : {};
}

function fileContent(file: OutgoingBody & { kind: 'file' }, uploaded: Uploaded | null): Content {
  const info = { mimetype: file.mimeType, size: Buffer.byteLength(file.text) };
  return { msgtype: 'm.file', body: file.name, filename: file.name, ...uploaded, info, 'm.mentions': {} };
}

/** https://spec.matrix.org/v1.16/client-server-api/#threading */
function relation({ thread, replyTo }: Pick<Delivery, 'thread' | 'replyTo'>): Content {
  const reply = replyTo === null ? null : { 'm.in_reply_to': { event_id: externalIdOf(replyTo) } };
  if (thread === null) return reply === null ? {} : { 'm.relates_to': reply };
  const root = externalIdOf(thread);
  const fallback = { is_falling_back: true, 'm.in_reply_to': { event_id: root } };
  const shown = reply === null ? fallback : { is_falling_back: false, ...reply };
  return { 'm.relates_to': { rel_type: 'm.thread', event_id: root, ...shown } };
}

function markOf({ turn, part, state, trigger, covers = [] }: DeliveryMark): Content {
  const also = covers.length === 0 ? {} : { covers: covers.map(externalIdOf) };
  return { turn, part, state, trigger: trigger === null ? null : externalIdOf(trigger), ...also };
}
