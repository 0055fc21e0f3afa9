import type { Draft } from '../document.ts';
import type { AgentId, ChatId, MemberId, MessageId, TaskId } from '../ids.ts';
import type { Attachment } from '../message.ts';
import { estimateComplexity } from './complexity.ts';
import { type Priority, priorities, type Task } from './task.ts';

/** What somebody wants done. */
export interface TaskWish {
  readonly _id: TaskId;
  readonly text: string;
  readonly chat: ChatId;
  readonly origin: MessageId | null;
  readonly host: AgentId;
  readonly createdBy: MemberId;
  readonly askedBy: MemberId | null;
  readonly inputs?: readonly Attachment[];
  readonly complexity?: number | null;
  readonly priority?: Priority;
  readonly deadline?: number | null;
  readonly skillsRequired?: readonly string[];
  readonly parent?: TaskId | null;
  /** The place in the room's log behind which the thread is read. */
  readonly order: number;
}

const longestTitle = 80;

/** The first line, short; the whole text says the rest. */
export function titleOf(text: string): string {
  const line = (text.trim().split('\n')[0] ?? '').replace(/\s+/gu, ' ').trim();
  const letters = [...line];
  return letters.length > longestTitle ? `${letters.slice(0, longestTitle - 1).join('')}…` : line;
}

/** What every task begins with. */
const fresh = {
  thread: null,
  status: 'not_started',
  open: true,
  stageProgress: 0,
  deadlineTold: null,
  assignedTo: null,
  takenRun: 0,
  wantedAgent: null,
  builders: [],
  passedOver: [],
  plan: null,
  work: null,
  checks: [],
  testRun: null,
  verdicts: [],
  run: 0,
  sendBacks: 0,
  steps: 0,
  runSteps: 0,
  idle: 0,
  troubles: 0,
  held: null,
  waits: null,
  inbox: [],
  tokens: 0,
  failure: null,
  result: null,
  completedAt: null,
  changes: 1,
  chapter: 1,
} as const;

export function newTask(
  wish: TaskWish,
  given: { readonly number: number; readonly tokenLimit: number; readonly now: number },
): Draft<Task> {
  const {
    text,
    order,
    complexity = null,
    inputs = [],
    priority = 'normal',
    deadline = null,
    skillsRequired = [],
    parent = null,
    ...rest
  } = wish;
  return {
    ...fresh,
    ...rest,
    number: given.number,
    title: titleOf(text),
    description: text.trim(),
    complexity: complexity ?? estimateComplexity(text, inputs.length),
    complexityBy: complexity === null ? 'rules' : 'person',
    priority: priorities.indexOf(priority) + 1,
    deadline,
    skillsRequired,
    inputs,
    heardThrough: order,
    tokenLimit: given.tokenLimit,
    parent,
    latest: { updateType: 'status_change', content: 'created', agent: null, by: wish.createdBy, at: given.now },
  };
}
