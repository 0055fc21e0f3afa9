import type { Agent } from './agent.ts';
import type { AgentId, MemberId, MessageId } from './ids.ts';

/** An agent as the floor sees it. */
export type AgentCard = Pick<Agent, '_id' | 'name' | 'description' | 'role' | 'resources'> &
  Partial<Pick<Agent, 'status' | 'paused' | 'passage'>>;

/** A room as the floor sees it, at the moment when a message is dealt with. */
export interface Room {
  readonly chatType: 'private' | 'group';
  /** Our agents who are in the room, in the order of the configuration. */
  readonly agents: readonly AgentCard[];
  /** Display names of the people and foreign bots in the room. */
  readonly people: readonly { readonly id: MemberId; readonly name: string }[];
  /** Who wrote the message that is replied to; null without a reply, or where that is unknown. */
  readonly repliedTo: MemberId | null;
  /** The agent that started the thread or first answered its root, or null. */
  readonly threadAgent: AgentId | null;
}

/** The key of a thread in `Floor.lastAddressed`: the main timeline is the empty text. */
export const threadKey = (thread: MessageId | null): string => thread ?? '';
