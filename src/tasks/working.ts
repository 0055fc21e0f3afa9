import type { Agent } from '../core/agent.ts';
import type { Chat } from '../core/chat.ts';
import { agentMember } from '../core/ids.ts';
import { isStage, type Stage, type Task } from '../core/tasks/task.ts';
import type { Said } from '../core/tasks/turned.ts';
import type { Installation } from '../orchestrator/installation.ts';
import type { WorkPlace } from '../ports/work-tools.ts';
import { isNamedIn } from './named-in.ts';

/** An agent at work on a task, as it stood when the step began. */
export interface Working {
  readonly parley: Installation;
  readonly task: Task;
  readonly agent: Agent;
  readonly chat: Chat;
}

export const stageOf = ({ status }: Task): Stage => (isStage(status) ? status : 'design');

export const placeOf = ({ parley, agent, task }: Working): WorkPlace => ({
  agent,
  task: task._id,
  number: task.number,
  stage: stageOf(task),
  needsWorkspace: task.plan !== null && task.plan.tests !== null,
  isNamed: url => isNamedIn(parley, task, url),
});

/** That the agent does something now. */
export const saidNow = ({ parley, agent }: Working): Said => ({
  by: agentMember(agent._id),
  at: parley.clock.now(),
  agent: agent._id,
});
