import type { Document } from './document.ts';
import type { AgentId, ChatId } from './ids.ts';

/**
 * A page of a key journal: what one step has changed of the keys with which an agent's device reads and writes in encrypted rooms. The pages of
 * a journal are numbered without gaps, so two that go on from the same page can't both be stored. `_id` is `<journal>/<number>`.
 */
export interface KeyPage extends Document {
  /** `<agent>/<device>` */
  readonly journal: string;
  readonly number: number;
  /** Who wrote it: another text for each time that somebody opened the journal. */
  readonly writer: string;
  /** A whole copy of the keys stands on several pages; null: the page tells changes only. */
  readonly copy: { readonly part: number; readonly of: number } | null;
  /** Opaque to everybody but the bridge. */
  readonly content: string;
}

/** What makes an agent the same for people who have verified it, kept apart from its key journal: a backup holds this and not that. */
export interface KeyIdentity extends Document<AgentId> {
  /** The device whose keys the journal holds. */
  readonly device: string;
  /** Opaque to everybody but the bridge; null before they are made. */
  readonly seeds: string | null;
}

/**
 * Which messages of a session were read, so that the same one is not taken again as another event, by whichever agent and after whatever restart.
 * `_id` names the room and the session. There are as many as keys of sessions are kept, and each tells of a bounded number of messages.
 */
export interface KeyUse extends Document {
  /** The number of a message in its session, and what stands for the id of its event; rising. */
  readonly seen: readonly (readonly [index: number, event: string])[];
  /** Lower numbers were forgotten: a message that has one and is not known counts as read. */
  readonly from: number;
}

/** A room in which nothing is said in the clear any more. Stored before anything else is done with what told so; never removed. */
export type EncryptedRoom = Document<ChatId>;
