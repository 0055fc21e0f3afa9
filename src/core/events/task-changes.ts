import { agentMember } from '../ids.ts';
import type { Approval, Task } from '../tasks/task.ts';
import { event, type NewEvent } from './event.ts';

/** What a new task tells. */
export const taskCreated = (
  task: Pick<Task, '_id' | 'chat' | 'createdBy' | 'number' | 'complexity' | 'parent' | 'origin'>,
): NewEvent =>
  event(
    'TaskCreated',
    {
      task: task._id,
      chat: task.chat,
      nth: 1,
      by: task.createdBy,
      number: task.number,
      complexity: task.complexity,
      parent: task.parent,
    },
    task.origin,
  );

/** What a change of a task tells. Pure: the same change again tells the same. */
export function taskChanges(before: Task, after: Task): NewEvent[] {
  if (before.changes === after.changes) return [];
  const told = { task: after._id, chat: after.chat, nth: after.changes };
  const { by } = after.latest;
  const agent = after.assignedTo;
  const cause = after.origin;
  const events: NewEvent[] = [];
  if (before.assignedTo !== after.assignedTo)
    events.push(event('TaskAssigned', { ...told, by, agent, from: before.assignedTo }, cause));
  if (before.status !== after.status) events.push(...statusChange(before, after));
  if (before.stageProgress !== after.stageProgress && before.run === after.run && before.status === after.status)
    events.push(event('TaskProgressed', { ...told, agent, percent: after.stageProgress }, cause));
  if (after.waits?.for === 'answer' && before.waits?.for !== 'answer')
    events.push(event('TaskQuestionAsked', { ...told, agent }, cause));
  return [...events, ...approvalChange(before, after)];
}

function statusChange(before: Task, after: Task): NewEvent[] {
  const told = { task: after._id, chat: after.chat, nth: after.changes };
  const { by } = after.latest;
  const agent = after.assignedTo;
  const from = before.status;
  const cause = after.origin;
  const moved = event('TaskStageChanged', { ...told, by, agent, from, to: after.status }, cause);
  switch (after.status) {
    case 'complete':
      return [
        moved,
        event('TaskCompleted', { ...told, agent, tokens: after.tokens, files: after.result?.files.length ?? 0 }, cause),
      ];
    case 'failed':
      return [moved, event('TaskFailed', { ...told, agent, tokens: after.tokens, from }, cause)];
    case 'cancelled':
      return [moved, event('TaskCancelled', { ...told, by, from }, cause)];
    default:
      return [moved];
  }
}

const approvalIn = ({ waits }: Task): Approval | null => (waits?.for === 'approval' ? waits.approval : null);

function approvalChange(before: Task, after: Task): NewEvent[] {
  const [was, is] = [approvalIn(before), approvalIn(after)];
  if (is === null || was?.state === is.state) return [];
  const told = { task: after._id, chat: after.chat, nth: after.changes, tool: is.tool, hash: is.hash };
  return is.state === 'asked'
    ? [event('ApprovalRequested', { ...told, agent: after.assignedTo, expiresAt: is.expiresAt }, after.origin)]
    : [
        event(
          'ApprovalGiven',
          { ...told, by: is.by ?? agentMember(after.host), granted: is.state === 'granted' },
          after.origin,
        ),
      ];
}
