import { may } from '../core/access.ts';
import { agentOf, externalIdOf } from '../core/ids.ts';
import type { Task } from '../core/tasks/task.ts';
import { whoMay } from '../orchestrator/commands/usage.ts';
import type { Installation } from '../orchestrator/installation.ts';

const mostCalled = 3;

/**
 * Who may allow what a task asks for, where that is not who asked for the task: whoever of them is in the room is called, else nobody who may would hear of it. Empty
 * where no more has to be said.
 */
export async function whoDecides({ store, settings }: Installation, task: Task): Promise<string> {
  const { access } = settings;
  if (task.askedBy !== null && may(task.askedBy, 'approve', access)) return '';
  const chat = await store.collection('chats').get(task.chat);
  const here = (chat?.participants ?? []).filter(one => agentOf(one) === null && may(one, 'approve', access));
  const called = here.slice(0, mostCalled).map(externalIdOf).join(' ');
  return ` That is for ${whoMay('approve', access)}${called === '' ? ', and none of them is in this room: invite one' : `: ${called}`}.`;
}
