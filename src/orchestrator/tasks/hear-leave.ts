import { agentOf, bridgeOf, type MessageId, messageId } from '../../core/ids.ts';
import type { Message, Reacted } from '../../core/message.ts';
import { saidBy } from '../../core/tasks/stage-machine.ts';
import type { Approval, Task } from '../../core/tasks/task.ts';
import { decided } from '../../core/tasks/waiting.ts';
import { mayHere } from '../commands/refuse.ts';
import { countsAsBot } from '../floor/counts-as-bot.ts';
import { readFloor } from '../floor/read-floor.ts';
import type { Installation } from '../installation.ts';
import { changeTask } from './change-task.ts';

/** What a reaction to a question for leave says. */
export const leaves: Readonly<Record<string, 'granted' | 'denied'>> = { '✅': 'granted', '❌': 'denied' };

const most = 1000;

type Reaction = Message & Reacted;

/**
 * Reads the reactions to the question that a task waits for, and counts the first one of somebody who may: a crash between the question and the wait for
 * the answer, or before the question is known in the log, would else lose it. True: something was decided. May be repeated.
 */
export async function hearLeave(parley: Installation, task: Task): Promise<boolean> {
  const approval = task.waits?.for === 'approval' ? task.waits.approval : null;
  if (approval?.state !== 'asked') return false;
  const found = await reactionThatCounts(parley, task, approval);
  const state = found === null ? undefined : leaves[found.key];
  if (found === null || state === undefined) return false;
  const said = saidBy(found.from, parley.clock.now());
  const after = await changeTask(parley, task._id, stored => decided(stored, { call: approval.call, state }, said));
  return after !== null && after.version !== task.version;
}

async function reactionThatCounts(parley: Installation, task: Task, { turn }: Approval): Promise<Reaction | null> {
  const chat = await parley.store.collection('chats').get(task.chat);
  const questions = await messagesOf(parley, turn);
  if (chat === null || questions.length === 0) return null;
  const floor = await readFloor(parley, task.chat);
  const found = await parley.store.collection('messages').find({ where: { target: { in: questions } }, limit: most });
  const reactions = found.filter(message => isReaction(message) && Object.hasOwn(leaves, message.key)) as Reaction[];
  const counts = (one: Reaction): boolean =>
    one.chat === task.chat &&
    agentOf(one.from) === null &&
    !countsAsBot(parley, one, floor) &&
    mayHere(one.from, 'approve', { parley, chat, floor });
  return reactions.toSorted((a, b) => a.order - b.order).find(counts) ?? null;
}

async function messagesOf({ store }: Installation, turn: Approval['turn']): Promise<MessageId[]> {
  const asked = await store.collection('turns').get(turn);
  return (asked?.parts ?? []).flatMap(({ externalId }) =>
    asked === null || externalId === null ? [] : [messageId(bridgeOf(asked.chat), externalId)],
  );
}

const isReaction = (message: Message): message is Reaction =>
  message.messageType === 'reaction' && message.status !== 'redacted';
