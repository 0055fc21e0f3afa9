import type { Document } from './document.ts';
import type { AgentId, ChatId, TurnId } from './ids.ts';
import type { Mind } from './mind.ts';

/** What an agent attends to. `_id` is the agent's id. */
export interface AttentionState extends Document<AgentId> {
  readonly attentionQueue: readonly {
    readonly dialogue: ChatId;
    readonly turn: TurnId;
    readonly priority: number;
    readonly reasons: readonly string[];
    readonly waitingSince: number;
    readonly lastInteraction: number | null;
  }[];
  /** The dialogues that it works in now. */
  readonly currentFocus: readonly ChatId[];
  /** Where several processes decide together what it attends to: all that they have to know. */
  readonly mind?: Mind;
}
