import { asks } from '../core/tasks/waiting.ts';
import { changeTask } from '../orchestrator/tasks/change-task.ts';
import { callFor, say } from './say.ts';
import { type Calling, callName, shortName, storeResult } from './steps/calling.ts';
import { bringAlong, unreadTexts } from './steps/unread.ts';
import { saidNow, type Working } from './working.ts';

const mostQuestions = 10;

/** Asks whoever wants the task, in its thread, and waits; what people say there is the result. May be repeated. */
export async function askPerson(working: Working, calling: Calling, question: string): Promise<void> {
  const { parley, task, agent } = working;
  const call = callName(calling);
  const said = await unreadTexts(working, calling.steps);
  const hasAsked = task.waits?.for === 'answer' && task.waits.call === call;
  if (said.length > 0) {
    await bringAlong(working, said, calling.signal);
    const before = hasAsked ? '' : 'Before you asked, this was said; ask again if it is no answer.\n';
    const result = `${before}${said.map(({ text }) => text).join('\n')}`;
    return storeResult(working, calling, { result, read: said.map(({ message }) => message) });
  }
  if (hasAsked) return;
  const asked = await questionsOf(working);
  if (asked >= mostQuestions)
    return storeResult(working, calling, {
      result: 'You have asked often enough. Decide yourself, and say in the result what you decided.',
    });
  const what = `asks${shortName(calling)}`;
  await say(parley, task, { what, as: agent._id, text: `${callFor(task)}❓ ${question}`, notice: false });
  await changeTask(parley, task._id, stored => asks(stored, { call, question }, saidNow(working)));
}

async function questionsOf({ parley, task }: Working): Promise<number> {
  const updates = await parley.store.collection('task_updates').find({ where: { task: task._id }, limit: 1000 });
  return updates.filter(({ updateType }) => updateType === 'question').length;
}
