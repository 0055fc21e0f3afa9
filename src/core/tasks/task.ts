import type { Document } from '../document.ts';
import type { AgentId, ChatId, MemberId, MessageId, ProcessId, TaskFileId, TaskId, TurnId } from '../ids.ts';
import type { Attachment } from '../message.ts';

/** The parts of the work, in order. */
export const stages = ['design', 'build', 'test', 'review'] as const;
export type Stage = (typeof stages)[number];

const taskEnds = ['complete', 'failed', 'cancelled'] as const;

export const taskStatuses = ['not_started', ...stages, ...taskEnds] as const;
export type TaskStatus = (typeof taskStatuses)[number];

/** From what can wait to what can't. The place, from 1, is what is stored. */
export const priorities = ['low', 'normal', 'high', 'urgent'] as const;
export type Priority = (typeof priorities)[number];

/** What is to be done, and how it is found out whether it was done well. */
export interface Plan {
  readonly steps: readonly { readonly text: string; readonly done: boolean }[];
  readonly checks: readonly string[];
  /** A command of the workspace that has to pass; null: there is none. */
  readonly tests: string | null;
}

/** A file that is part of the result; its content stands in `task_files`. */
export interface TaskFile {
  readonly id: TaskFileId;
  /** From the folder of the task: `output/plot.png`. */
  readonly path: string;
  readonly mimeType: string;
  readonly size: number;
}

export interface Work {
  readonly summary: string;
  readonly files: readonly TaskFile[];
}

export interface Check {
  readonly check: string;
  readonly passed: boolean;
  /** How it was found out. */
  readonly how: string;
}

export interface Verdict {
  readonly by: AgentId;
  readonly accepted: boolean;
  readonly reasons: string;
}

/** Why a task does not go on by itself. */
export type Waits =
  /** Nobody can take it. */
  | { readonly for: 'agent'; readonly why: string }
  /** The agent has asked a person; `call` names the call that waits for the answer. */
  | { readonly for: 'answer'; readonly call: string; readonly question: string; readonly since: number }
  /** A person has to say yes or no. */
  | { readonly for: 'approval'; readonly approval: Approval }
  /** Something failed that may work later; `until` in milliseconds since 1970. */
  | { readonly for: 'time'; readonly until: number; readonly why: string }
  /**
   * There is nothing to run its workspace in; it is looked again at `until`. `since` and `until` in milliseconds since 1970. What it waited for before that
   * (leave that was given for the call), it has again then.
   */
  | {
      readonly for: 'sandbox';
      readonly since: number;
      readonly until: number;
      readonly why: string;
      readonly before: Waits | null;
    }
  /** Its subtasks have to end first. */
  | { readonly for: 'subtasks'; readonly call: string };

/** A wish to do something that a person has to allow. Bound to these arguments and no others. */
export interface Approval {
  /** The call that waits. What is allowed is allowed for this call. */
  readonly call: string;
  /** Over the tool and its arguments. */
  readonly hash: string;
  readonly tool: string;
  /** What it would do, for people: `sends mail to mara@example.org`. */
  readonly what: string;
  /** The arguments, as JSON, whole. */
  readonly args: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** The message that asks for it is of this turn. */
  readonly turn: TurnId;
  readonly state: 'asked' | 'granted' | 'denied' | 'expired';
  readonly by: MemberId | null;
}

/** What happened last, as the updates and the events tell it. */
export interface Latest {
  readonly updateType: TaskUpdate['updateType'];
  readonly content: string;
  readonly agent: AgentId | null;
  readonly by: MemberId | null;
  readonly at: number;
}

/** What a person said in the thread, and nobody has read yet. */
export interface Unread {
  readonly message: MessageId;
  readonly order: number;
}

/** Work with a result, from the wish to its end. All that changes together stands here. */
export interface Task extends Document<TaskId> {
  /** What people call it: counted from 1 in an installation. */
  readonly number: number;
  readonly title: string;
  readonly description: string;
  /** The message that asked for it; null: an agent made it by itself. */
  readonly origin: MessageId | null;
  readonly chat: ChatId;
  /** The message of its card, once that stands in the room: the thread hangs on it. */
  readonly thread: MessageId | null;
  /** Who shows the card, and speaks for agents that are not in the room. */
  readonly host: AgentId;
  /** A person, or the agent that made it. */
  readonly createdBy: MemberId;
  /** The person for whom it is in the end; null: none. */
  readonly askedBy: MemberId | null;
  readonly complexity: number;
  readonly complexityBy: 'rules' | 'person' | 'agent';
  readonly status: TaskStatus;
  /** Whether there is something to do for it: it has not ended, or people were not told yet that it has, or do not see it on its card. */
  readonly open: boolean;
  /** They were told, and the card is what is left. */
  readonly endTold?: true;
  /** Percent. */
  readonly stageProgress: number;
  /** The place in `priorities`, from 1. */
  readonly priority: number;
  readonly deadline: number | null;
  /** Whether people were told that the deadline is near, or has passed. */
  readonly deadlineTold: 'near' | 'passed' | null;
  readonly skillsRequired: readonly string[];
  readonly inputs: readonly Attachment[];
  /** Who works on it now; in the stage `review` the reviewer. */
  readonly assignedTo: AgentId | null;
  /** The run with which they took it. */
  readonly takenRun: number;
  /** Who was chosen by a person, and is taken whatever the rules say. */
  readonly wantedAgent: AgentId | null;
  /** Everybody who has worked on it, other than as a reviewer. */
  readonly builders: readonly AgentId[];
  /** Who failed at it and does not get it again. */
  readonly passedOver: readonly AgentId[];
  readonly plan: Plan | null;
  readonly work: Work | null;
  readonly checks: readonly Check[];
  /** The last time that the tests of the plan ran, and in which run of a stage; null: they never did. */
  readonly testRun: { readonly run: number; readonly passed: boolean } | null;
  readonly verdicts: readonly Verdict[];
  /** Counts the beginnings of stages: each has its own conversation with the model. */
  readonly run: number;
  /** How often it went back to `build`. */
  readonly sendBacks: number;
  /** How many steps were taken in all, and how many of them in this run. */
  readonly steps: number;
  readonly runSteps: number;
  /** Steps in a row in which nothing was called. */
  readonly idle: number;
  /** Failures of the model in a row. */
  readonly troubles: number;
  /** Who paused it, and since when; null: it is not paused. */
  readonly held: { readonly by: MemberId | null; readonly since: number } | null;
  readonly waits: Waits | null;
  readonly inbox: readonly Unread[];
  /** What was said before this place in the room's log was read. */
  readonly heardThrough: number;
  readonly tokens: number;
  /** So many may be used before a person is asked. */
  readonly tokenLimit: number;
  readonly failure: string | null;
  readonly result: Work | null;
  readonly completedAt: number | null;
  readonly parent: TaskId | null;
  /** The process that works on it. */
  readonly claimedBy?: ProcessId;
  /** Counts what is told of it. */
  readonly changes: number;
  /** Counts what changes its card at once. */
  readonly chapter: number;
  readonly latest: Latest;
}

/** Something that happened to a task. `_id` is the task and the count. */
export interface TaskUpdate extends Document {
  readonly task: TaskId;
  /** From 1. */
  readonly nth: number;
  readonly updateType: 'status_change' | 'progress_update' | 'note' | 'artifact' | 'question' | 'approval';
  readonly content: string;
  readonly agent: AgentId | null;
  readonly by: MemberId | null;
  readonly timestamp: number;
}

/** Who was given a task. */
export interface TaskAssignment extends Document {
  readonly task: TaskId;
  readonly agent: AgentId;
  readonly kind: 'assignment' | 'bid';
  readonly price: number | null;
  readonly accepted: boolean;
}

/** The content of a file of a result. */
export interface TaskFileContent extends Document<TaskFileId> {
  readonly task: TaskId;
  readonly path: string;
  readonly mimeType: string;
  readonly size: number;
  /** Base64. */
  readonly data: string;
}

export const isStage = (status: TaskStatus): status is Stage => (stages as readonly string[]).includes(status);
export const isEnded = ({ status }: Pick<Task, 'status'>): boolean => (taskEnds as readonly string[]).includes(status);

/** Whether somebody works on it in this moment: it neither rests nor waits. */
export const isWorkedOn = ({ held, waits }: Pick<Task, 'held' | 'waits'>): boolean => held === null && waits === null;

export const priorityOf = ({ priority }: Pick<Task, 'priority'>): Priority => priorities[priority - 1] ?? 'normal';

/** Whether nobody knows any more what was wanted: the wish was taken back, or whoever had it is forgotten. */
export const isForgotten = ({ description }: Pick<Task, 'description'>): boolean => description === '';

/** Who works on it, or did last: who reviewed it has not made it. */
export const whoHas = (task: Pick<Task, 'status' | 'assignedTo' | 'builders'>): AgentId | null =>
  isEnded(task) ? (task.builders.at(-1) ?? null) : task.assignedTo;

/** So often a task goes back to `build` at most. */
export const mostSendBacks = 3;
