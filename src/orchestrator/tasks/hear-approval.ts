import { agentOf, bridgeOf, type MessageId, messageId } from '../../core/ids.ts';
import type { Message, Reacted } from '../../core/message.ts';
import { saidBy } from '../../core/tasks/stage-machine.ts';
import type { Approval, Task } from '../../core/tasks/task.ts';
import { decided } from '../../core/tasks/waiting.ts';
import type { Turn } from '../../core/turn.ts';
import { countsAsBot } from '../floor/counts-as-bot.ts';
import { readFloor } from '../floor/read-floor.ts';
import type { Installation } from '../installation.ts';
import { changeTask } from './change-task.ts';
import { mayApproveHere } from './order-task.ts';

/** What a reaction to a request for approval says. */
export const decisions: Readonly<Record<string, 'granted' | 'denied'>> = { '✅': 'granted', '❌': 'denied' };

const most = 1000;

type Reaction = Message & Reacted;

/**
 * Reads the reactions to the question that a task waits for, and counts the first one of somebody who may: a crash between the question and the wait for
 * the answer, or before the question is known in the log, would else lose it. True: something was decided. May be repeated.
 */
export async function hearApproval(parley: Installation, task: Task): Promise<boolean> {
  const approval = task.waits?.for === 'approval' ? task.waits.approval : null;
  if (approval?.state !== 'asked') return false;
  const found = await reactionThatCounts(parley, task, approval);
  const state = found === null ? undefined : decisions[found.key];
  if (found === null || state === undefined) return false;
  const said = saidBy(found.from, parley.clock.now());
  const after = await changeTask(parley, task._id, stored => decided(stored, { call: approval.call, state }, said));
  return after !== null && after.version !== task.version;
}

async function reactionThatCounts(parley: Installation, task: Task, { turn }: Approval): Promise<Reaction | null> {
  const chat = await parley.store.collection('chats').get(task.chat);
  const question = questionOf(await parley.store.collection('turns').get(turn));
  if (chat === null || question === null) return null;
  const floor = await readFloor(parley, task.chat);
  const found = await parley.store.collection('messages').find({ where: { target: question }, limit: most });
  const reactions = found.filter(message => isReaction(message) && Object.hasOwn(decisions, message.key)) as Reaction[];
  const counts = (one: Reaction): boolean =>
    one.chat === task.chat &&
    agentOf(one.from) === null &&
    !countsAsBot(parley, one, floor) &&
    mayApproveHere(one.from, { parley, chat, floor });
  return reactions.toSorted((a, b) => a.order - b.order).find(counts) ?? null;
}

/**
 * The message on which a ✅ or ❌ counts: a long question stands in several, and only who has come to the last one has read them all. Null: it is not there
 * yet, or some of it is not to be read in the chat.
 */
export function questionOf(asked: Turn | null): MessageId | null {
  const last = asked?.parts.at(-1)?.externalId ?? null;
  if (asked === null || last === null || asked.parts.some(({ body }) => body.kind !== 'markdown')) return null;
  return messageId(bridgeOf(asked.chat), last);
}

const isReaction = (message: Message): message is Reaction =>
  message.messageType === 'reaction' && message.status !== 'redacted';
