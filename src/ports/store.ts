import type { Agent } from '../core/agent.ts';
import type { AttentionState } from '../core/attention-state.ts';
import type { AuditEntry } from '../core/audit.ts';
import type { Budget } from '../core/budget/budget.ts';
import type { SetLimit } from '../core/budget/limit.ts';
import type { AgentChat, Chat } from '../core/chat.ts';
import type { Lease, ProcessRecord } from '../core/crew.ts';
import type { DataKey } from '../core/data-key.ts';
import type { DeadLetter } from '../core/dead-letter.ts';
import type { Document, Draft } from '../core/document.ts';
import type { Floor } from '../core/floor/floor.ts';
import type { FloorView } from '../core/floor-view.ts';
import type { EncryptedRoom, KeyIdentity, KeyPage, KeyUse } from '../core/key-page.ts';
import type { Memory } from '../core/memory.ts';
import type { Message } from '../core/message.ts';
import type { Setting } from '../core/setting.ts';
import type { Task, TaskAssignment, TaskFileContent, TaskUpdate } from '../core/tasks/task.ts';
import type { TaskCard } from '../core/tasks/task-card.ts';
import type { TaskStep } from '../core/tasks/task-step.ts';
import type { Turn } from '../core/turn.ts';

/** Every collection and what is in it. */
export interface Collections {
  readonly agents: Agent;
  readonly chats: Chat;
  readonly agent_chats: AgentChat;
  readonly messages: Message;
  readonly speaker_queues: Floor;
  readonly turns: Turn;
  readonly audit: AuditEntry;
  /** Events that subscribers could not handle. */
  readonly dead_letters: DeadLetter;
  /** What agents attend to, as far as somebody waits for them. */
  readonly agent_attention_states: AttentionState;
  /** What rooms are shown of their floors. */
  readonly floor_views: FloorView;
  readonly tasks: Task;
  /** The work on tasks, step by step. */
  readonly task_steps: TaskStep;
  readonly task_updates: TaskUpdate;
  readonly task_assignments: TaskAssignment;
  /** The files that came of tasks. */
  readonly task_files: TaskFileContent;
  /** What agents keep for later. */
  readonly memories: Memory;
  /** What is shown of tasks. */
  readonly task_cards: TaskCard;
  readonly budgets: Budget;
  /** Limits that were set while running. */
  readonly budget_limits: SetLimit;
  /** The processes of the installation that work together. */
  readonly processes: ProcessRecord;
  /** What one of these processes at a time has. */
  readonly leases: Lease;
  /** Small facts that Parley keeps for itself, such as the homeserver's lobby. */
  readonly settings: Setting;
  /** The keys of agents for encrypted rooms, step by step. */
  readonly key_pages: KeyPage;
  readonly key_identities: KeyIdentity;
  /** Which encrypted messages were read already. */
  readonly key_uses: KeyUse;
  /** Rooms that were seen to be encrypted. */
  readonly encrypted_rooms: EncryptedRoom;
  /** The keys that documents are sealed with, wrapped. The only collection that is never sealed. */
  readonly keys: DataKey;
}

export type CollectionName = keyof Collections;

/** A document, and where it stands. */
export type Stored<Name extends CollectionName = CollectionName> = {
  [N in Name]: { readonly collection: N; readonly document: Collections[N] };
}[Name];

export interface Index {
  readonly fields: readonly string[];
  readonly unique?: true;
}

/**
 * The indexes of each collection, beside the unique `_id`. A query may use the fields of one index, from the left, and be ordered by
 * one of these, by the index's next field, or by `_id`; anything else is a TypeError. An indexed field holds a value, not a list or
 * an object; one that is missing counts as null. In a unique index null is a value like any other.
 */
export const indexes: { readonly [Name in CollectionName]: readonly Index[] } = {
  agents: [{ fields: ['status'] }, { fields: ['updatedAt'] }],
  chats: [{ fields: ['lastActivity'] }],
  agent_chats: [{ fields: ['chat'] }, { fields: ['agent'] }],
  messages: [{ fields: ['chat', 'order'], unique: true }, { fields: ['createdAt'] }, { fields: ['target'] }],
  speaker_queues: [],
  floor_views: [],
  agent_attention_states: [],
  turns: [{ fields: ['state'] }, { fields: ['chat', 'state'] }, { fields: ['trigger'] }],
  audit: [{ fields: ['timestamp'] }, { fields: ['chat', 'timestamp'] }, { fields: ['who', 'timestamp'] }],
  dead_letters: [{ fields: ['timestamp'] }, { fields: ['group', 'timestamp'] }, { fields: ['retry'] }],
  tasks: [
    { fields: ['number'], unique: true },
    { fields: ['status', 'priority'] },
    { fields: ['open'] },
    { fields: ['assignedTo', 'status'] },
    { fields: ['chat', 'number'] },
    { fields: ['thread'] },
    { fields: ['parent'] },
  ],
  task_steps: [{ fields: ['task', 'order'], unique: true }],
  task_updates: [{ fields: ['task', 'nth'] }],
  task_assignments: [{ fields: ['task'] }],
  task_files: [{ fields: ['task'] }],
  memories: [{ fields: ['agent', 'chat', 'createdAt'] }, { fields: ['task'] }],
  task_cards: [],
  budgets: [{ fields: ['open'] }, { fields: ['day'] }],
  budget_limits: [],
  processes: [],
  leases: [],
  settings: [],
  key_pages: [{ fields: ['journal', 'number'], unique: true }],
  key_identities: [],
  key_uses: [],
  encrypted_rooms: [],
  keys: [],
};

export type Scalar = string | number | boolean | null;

/**
 * Equal to a value, one of several (at most 1,000), or within bounds (exclusive). Values order as null, numbers, texts by code point,
 * false, true; a value of another kind than the bound is never within it.
 */
export type Condition =
  | Scalar
  | { readonly in: readonly Scalar[] }
  | { readonly above?: number | string; readonly below?: number | string };

/** The top-level fields of a document, also where it is one of several kinds. */
type FieldOf<D> = D extends unknown ? keyof D & string : never;

export interface Query<D> {
  /** Top-level fields only; all must hold. */
  readonly where?: { readonly [F in FieldOf<D>]?: Condition };
  /** Ties are broken by `_id`, in the same direction, so that the order is total. Default: by `_id`, rising. */
  readonly orderBy?: { readonly field: keyof D & string; readonly direction: 'asc' | 'desc' };
  /** At most this many, 1 to 1,000. */
  readonly limit: number;
  /** Goes on behind the document that a former page ended with: pass that document (it need not be there any more). */
  readonly after?: D;
}

/** What became of one document of an insert: written, or there was one with that `_id` or unique key, which is kept as it is. */
export type Inserted = 'inserted' | 'exists';

/**
 * What a change outlives once it is acknowledged. `machine` (the default): also a loss of power. `process`: the end of the process, however
 * it ends; a loss of power may undo it, together with all that came after it, but never without that. For what is made again from
 * what was stored before, as a floor is from the log: it need not wait for the disk.
 */
export type Outlives = 'machine' | 'process';

/**
 * One collection of documents.
 *
 * Every promise resolves when the change is durable: a process killed, or a machine that loses power, right afterwards has it.
 * A change touches one document; only `insert`, `insertAsIs` and `append` take several, and then each by itself may be there after a crash, in order:
 * if the third is there, so are the first two. Calls for one document (by its `_id`) from one process take effect in the order in which
 * they were made. Calls for several documents do so where each was awaited before the next; a `find` sees what was acknowledged before it.
 * Documents are plain JSON: what JSON.stringify makes of them is what is kept (lone surrogates are; undefined and NaN are not). What
 * is passed in and what is given back is never shared with the store.
 *
 * Errors: `STORE_FULL` (nothing was written; may be repeated), `STORE_FAILED` (unknown whether it was written; may be repeated where
 * `retry` says so). A mistake in the calling code rejects with a TypeError.
 */
export interface Collection<D extends Document> {
  /** Adds documents with version 1. One answer for each, in order; a repeat is reported, not an error. */
  insert(drafts: readonly Draft<D>[], outlives?: Outlives): Promise<Inserted[]>;
  /** The same for documents that were stored elsewhere: their versions, times and tenants stay. For copies of an installation. */
  insertAsIs(documents: readonly D[], outlives?: Outlives): Promise<Inserted[]>;
  /**
   * Adds documents in order, up to the first whose `_id` or unique key is taken, and gives how many were added. For a numbered list that
   * several processes extend: nothing is added behind a number that somebody else took.
   */
  append(drafts: readonly Draft<D>[], outlives?: Outlives): Promise<number>;
  /** The document, or null. */
  get(id: D['_id']): Promise<D | null>;
  /** The documents that are there, in no order; at most 1,000 ids. */
  getMany(ids: readonly D['_id'][]): Promise<D[]>;
  /**
   * Replaces the stored document if its version is still `document.version`. Gives the new document (version raised, `updatedAt` set),
   * or null when somebody else changed or deleted it first: read it again and decide anew. To give it another document's unique key
   * is a mistake in the calling code.
   */
  replace(document: D, outlives?: Outlives): Promise<D | null>;
  find(query: Query<D>): Promise<D[]>;
  /** Deletes; false when it was not there. */
  delete(id: D['_id']): Promise<boolean>;
}

/** The documents of an installation. Several collections, no transaction over two of them. */
export interface Store {
  collection<Name extends CollectionName>(name: Name): Collection<Collections[Name]>;
  /** Waits for what is under way, then closes. May be repeated. */
  close(): Promise<void>;
}

/** A store behind a server, by whose time all processes can go. */
export interface TellsTime {
  /** The server's time, in milliseconds since 1970 (UTC); null where it does not tell. Errors as of a collection. */
  serverTime(): Promise<number | null>;
}

export const tellsTime = (store: Store): store is Store & TellsTime => 'serverTime' in store;

/** A store that can take out of its files what deleted and replaced documents left there. */
export interface CompactableStore extends Store {
  /** Nothing else is done meanwhile; a gigabyte takes some ten seconds. May be repeated. Errors as of a collection. */
  compact(): Promise<void>;
}

export const canCompact = (store: Store): store is CompactableStore => 'compact' in store;
