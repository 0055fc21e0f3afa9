import type { Document } from './document.ts';
import type { AgentId, ChatId, MessageId, TurnId } from './ids.ts';

/** Somebody who waits for the floor, or has it. */
export interface Speaker {
  readonly turn: TurnId;
  readonly agent: AgentId;
  readonly reason: string;
  /** The message that it answers, or null. */
  readonly trigger: MessageId | null;
}

/** The floor of a chat: who speaks, who waits, and how far the log has been dealt with. `_id` is the chat's id. */
export interface Floor extends Document<ChatId> {
  /** The `order` of the last message that has been dealt with. */
  readonly handledThrough: number;
  readonly currentSpeaker: Speaker | null;
  readonly queue: readonly Speaker[];
  /** Whom people last spoke to, by thread (`''` is the main timeline); at most 100 threads, the latest. */
  readonly lastAddressed: Readonly<Record<string, AgentId>>;
  /** Turns of agents since a person last spoke. */
  readonly turnsSincePerson: number;
}
