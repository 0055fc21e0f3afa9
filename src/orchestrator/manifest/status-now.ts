import type { Agent, AgentStatus } from '../../core/agent.ts';
import { type WorkStatus, workStatus } from '../../core/attention.ts';
import type { AgentId } from '../../core/ids.ts';
import type { AttentionView } from '../attention/attention.ts';
import type { Installation } from '../installation.ts';
import { countTasks } from '../tasks/count-tasks.ts';

interface StatusNow {
  readonly status: AgentStatus;
  /** In a few words, where there is more to say than the status. */
  readonly doing: string | null;
  readonly activities: readonly string[];
}

const rooms = (count: number): string => (count === 1 ? 'one room' : `${count} rooms`);

/** Whether what it works on makes its status: it is neither paused nor still being introduced. */
export const isAtWork = ({ paused, passage, status }: Pick<Agent, 'paused' | 'passage' | 'status'>): boolean =>
  status !== 'retired' && !paused && passage?.kind !== 'introduction';

/** The status that an agent's work gives it in this moment. */
export async function statusAtWork(
  { attention }: Pick<Installation, 'attention'>,
  agent: AgentId,
): Promise<WorkStatus> {
  const { focus, waiting } = await attention.of(agent);
  return workStatus(focus.length, waiting.length);
}

/** What an agent is at in this moment: active while it answers, busy when dialogues wait for it. Names no room: not everybody is in it. */
export async function statusNow(parley: Pick<Installation, 'attention' | 'store'>, agent: Agent): Promise<StatusNow> {
  const [view, tasks] = await Promise.all([parley.attention.of(agent._id), countTasks(parley, agent._id)]);
  return statusBy(agent, view, tasks);
}

/** The same for an agent that attends to this and works on so many tasks. Pure. */
export function statusBy(agent: Agent, { focus, waiting }: AttentionView, tasks: number): StatusNow {
  if (agent.status === 'retired') return { status: 'retired', doing: null, activities: [] };
  if (agent.passage?.kind === 'retirement') return { status: agent.status, doing: 'being retired', activities: [] };
  if (agent.paused) return { status: 'offline', doing: 'paused', activities: [] };
  if (agent.passage) return { status: 'offline', doing: 'being introduced', activities: [] };
  const works = tasks === 0 ? [] : [`works on ${tasks === 1 ? 'a task' : `${tasks} tasks`}`];
  if (focus.length === 0)
    return { status: tasks === 0 ? 'idle' : 'active', doing: works[0] ?? null, activities: works };
  const answers = `answers in ${rooms(new Set(focus.map(({ dialogue }) => dialogue)).size)}`;
  const waits = waiting.length === 0 ? [] : [`${rooms(waiting.length)} wait${waiting.length === 1 ? 's' : ''} for it`];
  return {
    status: workStatus(focus.length, waiting.length),
    doing: [answers, ...waits, ...works].join(', '),
    activities: [answers, ...waits, ...works],
  };
}
