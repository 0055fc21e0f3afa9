import type { AgentId } from '../../core/ids.ts';
import { isWorkedOn, stages } from '../../core/tasks/task.ts';
import type { Installation } from '../installation.ts';

const most = 100;

/** How many tasks an agent works on in this moment: those that wait or rest do not count. */
export async function countTasks({ store }: Pick<Installation, 'store'>, agent: AgentId): Promise<number> {
  const where = { assignedTo: agent, status: { in: [...stages] } };
  const found = await store.collection('tasks').find({ where, limit: most });
  return found.filter(isWorkedOn).length;
}
