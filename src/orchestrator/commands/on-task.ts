import { plainName } from '../../core/plain-name.ts';
import type { Decision } from '../../core/take-turns.ts';
import { isEnded, type Task } from '../../core/tasks/task.ts';
import type { Said } from '../../core/tasks/turned.ts';
import { displayName } from '../rooms/room-view.ts';
import { maySteerHere, noteRefusal, orderTask } from '../tasks/order-task.ts';
import { taskMeant } from '../tasks/task-here.ts';
import type { CommandCall } from './command.ts';

export const whichTask = 'Its number, or how its title begins; in the thread of a task it may be left out.';

/** Does something with the task that is meant, and answers. */
export async function onTask(
  call: CommandCall,
  words: string | undefined,
  act: (task: Task) => Promise<string | Decision>,
): Promise<Decision> {
  const { message, scene, reply, prefix } = call;
  const meant = await taskMeant(scene.parley, { words, chat: message.chat, thread: message.thread });
  if ('unclear' in meant)
    return reply(
      `${meant.unclear} \`${prefix}task list all\` shows all${meant.isUnknown ? `; \`${prefix}task new …\` makes one that begins with these words` : ''}.`,
    );
  const done = await act(meant.task);
  return typeof done === 'string' ? reply(done) : done;
}

/** What is said where a task takes no orders any more. */
export function hasEnded({ number, status }: Task, prefix: string): string {
  const again = status === 'failed' || status === 'cancelled';
  return `Task #${number} is ${status}. ${again ? `\`${prefix}task retry ${number}\` begins it anew.` : 'Ask for what is left as a new one.'}`;
}

/** A change of a task that only some may order; `told` is the answer. */
export interface TaskOrder {
  readonly edit: (task: Task, said: Said) => Task;
  /** What is said of the task as it stands after it, and as it stood before. */
  readonly told: (now: Task, before: Task) => string;
  readonly breaksOff?: boolean;
}

/** Orders something of the task that is meant, if the sender may. */
export const steerTask = (call: CommandCall, words: string | undefined, order: TaskOrder): Promise<Decision> =>
  onTask(call, words, async task => {
    const { message, scene } = call;
    const { parley, chat } = scene;
    if (!maySteerHere(message.from, task, scene)) {
      await noteRefusal(message, 'task', scene);
      const whose = plainName(displayName(chat, task.askedBy ?? task.createdBy, parley.agents));
      return `Task #${task.number} is not yours to steer: it was asked for by ${whose}. They can, and whoever leads this room.`;
    }
    const said = { by: message.from, at: parley.clock.now(), agent: null };
    const now = await orderTask(parley, task._id, {
      edit: stored => order.edit(stored, said),
      breaksOff: order.breaksOff ?? false,
    });
    return now === null ? 'It is not there any more.' : order.told(now, task);
  });

/** Sets something of it; one that has ended keeps what it has. `has`: what it has then. */
export const setTask = (
  call: CommandCall,
  words: string | undefined,
  { edit, has }: Pick<TaskOrder, 'edit'> & { readonly has: string },
): Promise<Decision> =>
  steerTask(call, words, {
    edit,
    told: now => (isEnded(now) ? hasEnded(now, call.prefix) : `Task #${now.number} has ${has} now.`),
  });
