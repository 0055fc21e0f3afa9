import { readmeOf } from '../core/tasks/readme.ts';
import type { Task } from '../core/tasks/task.ts';
import type { Installation } from '../orchestrator/installation.ts';
import { nameOf } from './say.ts';
import { placeOf } from './working.ts';

const limitMs = 60_000;

/** Writes into the README of the workspace what was done, where the task has used one. May be repeated. What goes wrong holds nobody up. */
export async function writeReadme(parley: Installation, task: Task): Promise<void> {
  const { readme } = parley.workTools;
  const agent = parley.agents.get(task.builders.at(-1) ?? task.host);
  const chat = await parley.store.collection('chats').get(task.chat);
  if (readme === undefined || agent === undefined || chat === null) return;
  const text = readmeOf(task, one => nameOf(parley, one));
  const place = placeOf({ parley, task, agent, chat });
  await readme(place, text, AbortSignal.timeout(limitMs)).catch((error: unknown) => {
    parley.log.warn({ task: task._id, err: error }, 'The README of a workspace could not be written.');
  });
}
