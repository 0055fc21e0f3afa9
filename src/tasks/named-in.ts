import { agentOf } from '../core/ids.ts';
import { isSaid } from '../core/message.ts';
import { isNamedAddress } from '../core/tasks/named-addresses.ts';
import type { Task } from '../core/tasks/task.ts';
import type { TaskStep } from '../core/tasks/task-step.ts';
import type { Installation } from '../orchestrator/installation.ts';

type Parley = Pick<Installation, 'store'>;

const page = 1000;

/** Whether people, or what was found in the web, have named an address in a task or in the one that it is a part of. */
export async function isNamedIn(parley: Parley, task: Task, url: string): Promise<boolean> {
  if (isNamedAddress(url, await wishOf(parley, task), await allSteps(parley, task))) return true;
  const whole = task.parent === null ? null : await parley.store.collection('tasks').get(task.parent);
  return whole !== null && isNamedIn(parley, whole, url);
}

/** Of all stages, oldest first. */
async function allSteps({ store }: Parley, { _id: task }: Task): Promise<TaskStep[]> {
  const all: TaskStep[] = [];
  for (;;) {
    const after = all.at(-1);
    const found = await store.collection('task_steps').find({
      where: { task },
      orderBy: { field: 'order', direction: 'asc' },
      limit: page,
      ...(after === undefined ? {} : { after }),
    });
    all.push(...found);
    if (found.length < page) return all;
  }
}

/** What a person wrote to have it done. What an agent made of it does not count. */
async function wishOf({ store }: Parley, { createdBy, description, origin }: Task): Promise<string[]> {
  const own = agentOf(createdBy) === null ? [description] : [];
  const message = origin === null ? null : await store.collection('messages').get(origin);
  const said = message !== null && isSaid(message) && agentOf(message.from) === null ? [message.text] : [];
  return [...own, ...said];
}
