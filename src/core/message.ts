import type { Document } from './document.ts';
import type { AgentId, ChatId, MemberId, MessageId, TurnId } from './ids.ts';

/**
 * What comes from a chat network, in the words of Parley. A bridge's converter makes these; nothing behind the bridge sees the
 * network's own events. Everything that stands in a room's timeline becomes one `Message`, also edits, reactions and joins,
 * so that one order and one cursor (`Floor.handledThrough`) tell what has been dealt with.
 */
export interface Attachment {
  readonly name: string;
  readonly mimeType: string;
  /** Bytes, or null where the sender did not say. */
  readonly size: number | null;
  /** How the bridge finds the content again; opaque to everybody else. */
  readonly source: string;
  /** Somebody spoke it to the room; `seconds`: how long it is, or null where the sender did not say. Left out: it is no voice note. */
  readonly voice?: { readonly seconds: number | null };
}

/** Something that a person, an agent or a bot says. */
export interface Said {
  readonly messageType: 'text' | 'notice' | 'emote' | 'image' | 'file' | 'audio' | 'video' | 'location';
  /** Plain text or Markdown, without a quoted reply. For media: the caption, or the file's name. */
  readonly text: string;
  readonly attachment: Attachment | null;
  readonly replyTo: MessageId | null;
  /** The message that the thread hangs on, or null outside threads. */
  readonly thread: MessageId | null;
  /** Who is mentioned by a mark-up that the network understands; bare names are found later. */
  readonly mentions: readonly MemberId[];
}

export interface Edited extends Omit<Said, 'messageType' | 'replyTo' | 'thread'> {
  readonly messageType: 'edit';
  readonly target: MessageId;
  /** What the target is after the edit. */
  readonly newType: Said['messageType'];
}

export interface Redacted {
  readonly messageType: 'redaction';
  readonly target: MessageId;
}

export interface Reacted {
  readonly messageType: 'reaction';
  readonly target: MessageId;
  /** The emoji without variation selectors (U+FE0F), or a short text. */
  readonly key: string;
}

export interface MembershipChanged {
  readonly messageType: 'membership';
  readonly member: MemberId;
  readonly change: 'invited' | 'joined' | 'left' | 'kicked' | 'banned' | 'renamed';
  /** The display name at that moment, or null where none is set. */
  readonly name: string | null;
}

export interface RoomChanged {
  readonly messageType: 'room';
  readonly name?: string;
  readonly topic?: string;
  readonly encrypted?: true;
  /** Somebody who is not one of our agents changed who may do what; it has to be read anew. */
  readonly power?: true;
}

/**
 * An event that is there but can't be read: malformed, of a kind that Parley does not know, or encrypted. Where Parley reads what is
 * encrypted, `no key`: none of our agents there has the key; `withheld`: whoever sent it keeps the key from them; `clear`: it was not
 * encrypted, where agents talk in encrypted rooms only.
 */
export interface Unreadable {
  readonly messageType: 'unreadable';
  readonly why: 'encrypted' | 'no key' | 'withheld' | 'clear' | 'malformed' | 'unknown';
  /** The network's own name of its type, cut to 255 characters. */
  readonly externalType: string;
}

export type Happening = Said | Edited | Redacted | Reacted | MembershipChanged | RoomChanged | Unreadable;

/** Where and when something happened, and who did it. */
export interface Envelope {
  readonly _id: MessageId;
  readonly chat: ChatId;
  readonly from: MemberId;
  /** False for a bot of somebody else; null where the network does not tell. Our own agents are known by their id. */
  readonly fromPerson: boolean | null;
  /** When it was sent, by the sender's server: milliseconds since 1970. */
  readonly timestamp: number;
}

/** What a bridge hands to the intake. */
export type ChatEvent = Envelope & Happening;

interface Stored extends Document<MessageId> {
  /** The number of the line in the log of its room: without gaps, unique in a chat; the order in which they are dealt with. */
  readonly order: number;
  readonly status: 'received' | 'sent' | 'redacted';
  /** The turn that made this message (agents only). */
  readonly cause: TurnId | null;
  /** How many agents stand between a person's message and this one: 0 for a person's own. */
  readonly hop: number;
  readonly editedAt: number | null;
  /** The place in the log of the edit that it stands as now. */
  readonly editOrder?: number;
  /**
   * It was never delivered, and found by looking into the room, so its place in the log does not tell when it was said: these agents were
   * invited later. Left out or null: it was delivered.
   */
  readonly foundBefore?: readonly AgentId[] | null;
  /** Whether it was a command before it was edited: what was carried out is not dealt with again. */
  readonly wasCommand?: true;
}

/** A stored chat event: one line in the log of a room. */
export type Message = ChatEvent & Stored;
export type SaidMessage = Envelope & Said & Stored;

const saidTypes: ReadonlySet<string> = new Set<Said['messageType']>([
  'text',
  'notice',
  'emote',
  'image',
  'file',
  'audio',
  'video',
  'location',
]);

/** Whether somebody said something (also an image or a file), as against an edit, a reaction, a join. */
export function isSaid<M extends { readonly messageType: Happening['messageType'] }>(
  message: M,
): message is M & { readonly messageType: Said['messageType'] } {
  return saidTypes.has(message.messageType);
}

/** A message without what was said: nothing of a text that was taken back stays. */
export function forgotten(message: Message): Message {
  if (message.status === 'redacted') return message;
  const blank = { text: '', attachment: null, mentions: [] } as const;
  if (isSaid(message)) return { ...message, status: 'redacted', ...blank };
  return message.messageType === 'edit'
    ? { ...message, status: 'redacted', ...blank }
    : { ...message, status: 'redacted' };
}
