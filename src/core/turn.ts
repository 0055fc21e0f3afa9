import type { Document } from './document.ts';
import type { ErrorCode } from './errors.ts';
import type { AgentId, ChatId, MemberId, MessageId, ProcessId, TaskFileId, TaskId, TurnId } from './ids.ts';

/**
 * One message that a turn sends: the outbox. What is sent is decided and stored before it goes out; the delivery id is made from the
 * turn and the index, so that sending it again is the same message.
 */
export interface Part {
  readonly body: PartBody;
  /**
   * `pending`: nothing is known to have gone out. `opened`: a message that is still growing stands in the room, or may stand
   * there. `sent`: the room shows the final content.
   */
  readonly state: 'pending' | 'opened' | 'sent';
  /** The chat network's id of the message, once it is known. */
  readonly externalId: string | null;
}

export type OutgoingBody =
  | { readonly kind: 'markdown'; readonly text: string; readonly notice: boolean }
  | { readonly kind: 'file'; readonly name: string; readonly mimeType: string; readonly text: string };

/** A file whose content stands in `task_files`. */
export interface AttachedFile {
  readonly kind: 'attachment';
  readonly name: string;
  readonly mimeType: string;
  readonly size: number;
  readonly file: TaskFileId;
}

export type StandingBody = OutgoingBody | AttachedFile;

/** What becomes of one message of the outbox; `removed` takes out of the room what was shown there before. */
export type PartBody = StandingBody | { readonly kind: 'removed'; readonly was: StandingBody };

/** A message that the room has seen, or may have seen, as one that is to be taken back. */
export const removed = (part: Part): Part =>
  part.body.kind === 'removed' ? part : { ...part, state: 'pending', body: { kind: 'removed', was: part.body } };

/** How many messages before its own a turn answers at most. */
export const mostCovered = 50;

export type TurnOutcome = 'answered' | 'failed' | 'stopped' | 'dropped';

/** How many tokens a reply took, as far as the model tells. */
export interface Usage {
  readonly model: string;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
}

/** How often an agent may ask colleagues in one answer; who is asked may ask one further colleague. */
export const mostQuestions = 3;

/** Who asks whom in the middle of an answer. */
export interface Ask {
  /** The turn that waits for the answer. */
  readonly by: TurnId;
  readonly of: AgentId;
}

/** One grant to speak, and what came of it. */
export interface Turn extends Document<TurnId> {
  readonly chat: ChatId;
  readonly agent: AgentId;
  /** The message that is answered. Null for what an agent says by itself (an introduction). */
  readonly trigger: MessageId | null;
  /** Why this agent: `mentioned`, `replied to`, `last addressed`, `best match`, `handed over by Ada`, … */
  readonly reason: string;
  /** The thread to speak in, or null. */
  readonly thread: MessageId | null;
  readonly hop: number;
  /** The colleague who is to speak next, where the agent said so by a tool: as against by a line that begins with `@Name`. */
  readonly handsOver?: AgentId | null;
  /** A question to a colleague in the middle of an answer: of the turn that puts it, and of the turn that is lent to the colleague. */
  readonly ask?: Ask;
  /** Whether it speaks beside the floor, at once: the answer to a command, a notice, a turn that is lent to a colleague. */
  readonly aside: boolean;
  /** What a model is asked beside the conversation: who speaks next, or whether it has something to add. Left out: it answers. */
  readonly thought?: 'decides' | 'considers';
  /** The message that it considers. */
  readonly about?: MessageId;
  /** The task that it offers to make: what is wanted. */
  readonly offers?: string;
  /** The task in whose thread it speaks. */
  readonly task?: TaskId;
  /**
   * `queued` → `running` (the model works) → `replied` (the text is stored and goes out) → `done`.
   * From `queued` or `running` it may also go straight to `done` with the outcome `dropped` or `stopped`.
   */
  readonly state: 'queued' | 'running' | 'replied' | 'done';
  /** Asked to end: by a person's 🛑, because the trigger was redacted, the agent is out of the room, or its slot is over. Null: go on. */
  readonly stop: 'person' | 'redacted' | 'out' | 'slot' | 'newer' | null;
  /** Earlier messages that it answers, too: its person wrote them just before `trigger`. Left out: none. */
  readonly covers?: readonly MessageId[];
  readonly outcome: TurnOutcome | null;
  /** How often the model was started for it, over restarts. */
  readonly attempts: number;
  /** The process that works on it, or did. Left out: none has begun. */
  readonly claimedBy?: ProcessId;
  /** How often 🔁 made it again, counted from 0. */
  readonly round: number;
  /** Who asked for it, where that is somebody else than who wrote the message that is answered: whoever reacted with 🔁. */
  readonly askedBy?: MemberId;
  /** The whole final text, or null before it is there. */
  readonly reply: string | null;
  readonly parts: readonly Part[];
  readonly usage: Usage | null;
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
}
