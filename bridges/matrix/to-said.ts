import { type MessageId, messageId } from '../../src/core/ids.ts';
import type { Attachment, Edited, Said, Unreadable } from '../../src/core/message.ts';
import { toAttachment } from './attachment.ts';
import { cleanLine, cleanText, isEventId } from './grammar.ts';
import { mentionsOf } from './mentions.ts';
import { type MatrixNames, matrix } from './names.ts';
import { isRecord, type RawEvent } from './raw-event.ts';
import { withoutFallback } from './reply-fallback.ts';
import { wasRedacted } from './to-redaction.ts';

const types = new Map<string, Said['messageType']>(
  Object.entries<Said['messageType']>({
    'm.text': 'text',
    'm.notice': 'notice',
    'm.emote': 'emote',
    'm.image': 'image',
    'm.file': 'file',
    'm.audio': 'audio',
    'm.video': 'video',
    'm.location': 'location',
  }),
);

type Content = Readonly<Record<string, unknown>>;

/** https://spec.matrix.org/v1.16/client-server-api/#mroommessage */
export function toSaid(event: RawEvent, names: MatrixNames): Said | Edited | Unreadable | 'malformed' | null {
  if (wasRedacted(event)) return null;
  const { content } = event;
  const relation = isRecord(content['m.relates_to']) ? content['m.relates_to'] : {};
  if (relation.rel_type === 'm.replace') return toEdit(content, relation, names);
  const messageType = typeOf(content);
  if (messageType === 'malformed' || typeof messageType === 'object') return messageType;
  const { replyTo, thread } = placeOf(relation);
  return { messageType, ...spoken(content, messageType, names), replyTo, thread };
}

/** https://spec.matrix.org/v1.16/client-server-api/#event-replacements */
function toEdit(content: Content, relation: Content, names: MatrixNames): Edited | Unreadable | 'malformed' {
  const next = content['m.new_content'];
  if (!isEventId(relation.event_id) || !isRecord(next)) return 'malformed';
  const newType = typeOf(next);
  if (newType === 'malformed' || typeof newType === 'object') return newType;
  return {
    messageType: 'edit',
    target: messageId(matrix, relation.event_id),
    newType,
    ...spoken(next, newType, names),
  };
}

/** Messages of other kinds (key verification, server notices) are not for agents, though they have a body. */
function typeOf(content: Content): Said['messageType'] | Unreadable | 'malformed' {
  if (typeof content.msgtype !== 'string' || typeof content.body !== 'string') return 'malformed';
  const externalType = cleanLine(`m.room.message ${content.msgtype}`, 255);
  return types.get(content.msgtype) ?? { messageType: 'unreadable', why: 'unknown', externalType };
}

function spoken(
  content: Content,
  type: Said['messageType'],
  names: MatrixNames,
): Pick<Said, 'text' | 'attachment' | 'mentions'> {
  const attachment = toAttachment(content, type);
  return { text: textOf(content, type, attachment), attachment, mentions: mentionsOf(content, names) };
}

function textOf(content: Content, type: Said['messageType'], attachment: Attachment | null): string {
  const body = withoutFallback(cleanText(String(content.body)));
  if (type === 'location' && typeof content.geo_uri === 'string') return `${body} (${cleanLine(content.geo_uri, 255)})`;
  // A caption is a body beside the file's name; otherwise the body is the name.
  return attachment !== null && body === '' ? attachment.name : body;
}

/**
 * In a thread every message also "replies" to the one before, for clients without threads; then it says that it is falling back.
 * https://spec.matrix.org/v1.16/client-server-api/#fallback-for-unthreaded-clients
 */
function placeOf(relation: Content): { replyTo: MessageId | null; thread: MessageId | null } {
  const thread = relation.rel_type === 'm.thread' && isEventId(relation.event_id) ? relation.event_id : null;
  const inReplyTo = isRecord(relation['m.in_reply_to']) ? relation['m.in_reply_to'].event_id : undefined;
  const isFallback = thread !== null && relation.is_falling_back === true;
  return {
    thread: thread === null ? null : messageId(matrix, thread),
    replyTo: isEventId(inReplyTo) && !isFallback ? messageId(matrix, inReplyTo) : null,
  };
}
