import type { Permission } from '../../core/access.ts';
import type { Message, Reacted } from '../../core/message.ts';
import type { Decision } from '../../core/take-turns.ts';
import { paused, resumed, retried, saidBy } from '../../core/tasks/stage-machine.ts';
import { isEnded, type Task } from '../../core/tasks/task.ts';
import { decided } from '../../core/tasks/waiting.ts';
import { mayHere, refuse } from '../commands/refuse.ts';
import { nothing, type Scene } from '../handle/handling.ts';
import { decisions, questionOf } from './hear-approval.ts';
import { mayApproveHere, maySteerHere, noteRefusal, orderTask } from './order-task.ts';
import { takeOffer } from './take-offer.ts';
import { taskOfThread } from './task-here.ts';

type Reaction = Message & Reacted;

const steering: Readonly<Record<string, { readonly edit: typeof paused; readonly breaksOff: boolean }>> = {
  '⏸': { edit: paused, breaksOff: false },
  '▶': { edit: resumed, breaksOff: false },
  '🛑': { edit: paused, breaksOff: true },
  '🔁': { edit: retried, breaksOff: false },
};

export const isTaskKey = (key: string): boolean => Object.hasOwn(steering, key) || Object.hasOwn(decisions, key);

/** Somebody reacts to the card of a task, or in its thread to a question whether something may be done. Null: it is about no task. */
export async function reactToTask(reaction: Reaction, scene: Scene): Promise<Decision | null> {
  const { parley } = scene;
  const onCard = await taskOfThread(parley, reaction.target, reaction.chat);
  if (onCard !== null) return steer(onCard, reaction, scene);
  const asked = await taskThatAsks(reaction, scene);
  if (asked !== null) return decide(asked, reaction, scene);
  return reaction.key === '✅' ? takeOffer(reaction, scene) : null;
}

async function steer(task: Task, reaction: Reaction, scene: Scene): Promise<Decision> {
  const order = steering[reaction.key];
  if (order === undefined) return nothing(scene);
  if (!maySteerHere(reaction.from, task, scene)) return refused(reaction, 'command', scene);
  const said = saidBy(reaction.from, scene.parley.clock.now());
  await orderTask(scene.parley, task._id, { edit: stored => order.edit(stored, said), breaksOff: order.breaksOff });
  return nothing(scene);
}

/** The task in whose thread the message stands that asks for approval, and is the end of it; null: it does not ask, or not any more. */
async function taskThatAsks({ target, chat, key }: Reaction, { parley }: Scene): Promise<Task | null> {
  if (!Object.hasOwn(decisions, key)) return null;
  const message = await parley.store.collection('messages').get(target);
  const turn =
    message === null || message.cause === null ? null : await parley.store.collection('turns').get(message.cause);
  const task = turn?.task === undefined ? null : await parley.store.collection('tasks').get(turn.task);
  if (task === null || task.chat !== chat || isEnded(task) || task.waits?.for !== 'approval') return null;
  return task.waits.approval.turn === turn?._id && questionOf(turn) === target ? task : null;
}

/** Only who may, and for the arguments that stand there: what is decided names the call. */
async function decide(task: Task, reaction: Reaction, scene: Scene): Promise<Decision> {
  const { parley } = scene;
  const state = decisions[reaction.key];
  if (state === undefined || task.waits?.for !== 'approval') return nothing(scene);
  if (!mayApproveHere(reaction.from, scene)) return refused(reaction, 'approve', scene);
  const { call } = task.waits.approval;
  const said = saidBy(reaction.from, parley.clock.now());
  await orderTask(parley, task._id, { edit: stored => decided(stored, { call, state }, said) });
  return nothing(scene);
}

async function refused(reaction: Reaction, permission: Permission, scene: Scene): Promise<Decision> {
  if (!mayHere(reaction.from, permission, scene))
    return refuse(reaction, { permission, what: { name: reaction.key, shown: reaction.key } }, scene);
  await noteRefusal(reaction, reaction.key, scene);
  return nothing(scene);
}
