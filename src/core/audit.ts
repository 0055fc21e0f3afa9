import type { Document } from './document.ts';
import type { AgentId, ChatId, MemberId } from './ids.ts';

/** One line of the audit: who did what, where, with which result. `_id` is the id of the event that told of it. */
export interface AuditEntry extends Document {
  /** When it was published, in milliseconds since 1970. */
  readonly timestamp: number;
  /** Null: Parley itself, or the configuration. */
  readonly who: MemberId | null;
  /** The type of the event: `CommandRefused`, `AgentRetired`, …. */
  readonly what: string;
  /** Null: not in a chat. */
  readonly chat: ChatId | null;
  /** The agent that it was done to, or null. */
  readonly agent: AgentId | null;
  /** A short sentence without texts of messages. */
  readonly result: string;
  readonly correlationId: string;
}
