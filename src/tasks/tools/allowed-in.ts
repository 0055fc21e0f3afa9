import { allows, allowsInTask, type ToolList } from '../../core/allowed-tools.ts';
import type { Chat } from '../../core/chat.ts';
import { narrowing } from '../../orchestrator/tools/narrowing.ts';
import type { Working } from '../working.ts';

/** Which tools the agent may use in a task: those of its file, as far as the rooms and the role of whoever wants the task leave them. */
export async function allowedIn(working: Working): Promise<(name: string) => boolean> {
  const lists = [working.agent.resources.workTools ?? null, ...(await leftIn(working))];
  return name => allowsInTask(lists, name);
}

/** Whether a command of the plan may be run, whichever agent has it run: it is as much as a shell. */
export async function mayRunTests(working: Working): Promise<boolean> {
  const lists = await leftIn(working);
  return allows(lists, 'shell') || allows(lists, 'python');
}

async function leftIn({ parley, task, chat }: Working): Promise<ToolList[]> {
  const chats = [chat, await whereItWasAsked({ parley, task })];
  return narrowing(parley, { chats, asker: task.askedBy ?? task.createdBy });
}

/** Another one than that of the task, where that has a room of its own. */
async function whereItWasAsked({ parley: { store }, task }: Pick<Working, 'parley' | 'task'>): Promise<Chat | null> {
  const message = task.origin === null ? null : await store.collection('messages').get(task.origin);
  return message === null || message.chat === task.chat ? null : store.collection('chats').get(message.chat);
}
