import { type Memory, mostMemories } from '../core/memory.ts';
import type { Working } from './working.ts';

/** What the agent has kept in this room, the oldest first. */
export async function memoriesHere({ parley, task, agent }: Working): Promise<Memory[]> {
  const found = await parley.store.collection('memories').find({
    where: { agent: agent._id, chat: task.chat },
    orderBy: { field: 'createdAt', direction: 'desc' },
    limit: 2 * mostMemories,
  });
  return found.reverse();
}

/** The same, from before the task began: it does not change while the task goes on. */
export const memoriesBefore = async (working: Working): Promise<Memory[]> =>
  (await memoriesHere(working)).filter(
    ({ task, createdAt }) => task !== working.task._id && createdAt < working.task.createdAt,
  );
