import type { Document } from './document.ts';
import type { AgentId, ChatId, MessageId, TurnId } from './ids.ts';

/** The card of a room: one message that tells who speaks and who waits. */
export interface FloorCard {
  /** When it was begun: it names the message, so that sending it again makes no second one. Milliseconds since 1970. */
  readonly begunAt: number;
  /** The agent that shows it. */
  readonly as: AgentId;
  /** The chat network's id, once it is known. */
  readonly externalId: string | null;
  /** What it shows, or is about to show. */
  readonly text: string;
  /** How often it was edited. Names the edits. */
  readonly edits: number;
  /** The slot that `editsInSlot` counts for: when it began, or 0 without one. */
  readonly slot: number;
  readonly editsInSlot: number;
  readonly shownAt: number;
  /** It is about to be edited to `text`, and after a crash nobody knows whether it was. */
  readonly isChanging?: true;
}

/** A ⏳ on a message whose answer has not begun yet. */
export interface WaitingSign {
  readonly turn: TurnId;
  readonly agent: AgentId;
  readonly target: MessageId;
  /** The chat network's id of the reaction, once it is known. */
  readonly externalId: string | null;
}

/** What a room is shown of its floor now. `_id` is the chat's id; it is there only while something is shown. */
export interface FloorView extends Document<ChatId> {
  readonly card: FloorCard | null;
  readonly signs: readonly WaitingSign[];
  /** Reactions on the card that were carried out, by the chat network's ids: they are taken off, so that they can be pressed again. */
  readonly pressed?: readonly string[];
}
