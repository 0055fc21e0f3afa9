import type { Document } from './document.ts';
import type { AgentId, ChatId, MemberId, TaskId } from './ids.ts';

/** A note that an agent keeps for later. It is the agent's own, and of one room: nothing of it gets into another one. */
export interface Memory extends Document {
  readonly agent: AgentId;
  readonly chat: ChatId;
  /** In which it was made, and with which it is forgotten. */
  readonly task: TaskId;
  /** For whom the task was; null: for nobody. */
  readonly person: MemberId | null;
  readonly text: string;
}

/** Notes that an agent has in a room; when there are more, the oldest goes. */
export const mostMemories = 40;
