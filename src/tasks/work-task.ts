import { takesTurns } from '../core/agent.ts';
import { type TaskId, taskWorkId } from '../core/ids.ts';
import { type Act, nextAct } from '../core/tasks/next-act.ts';
import { isEnded, type Task } from '../core/tasks/task.ts';
import { canShowCards } from '../orchestrator/floor-view/show-card.ts';
import { bridgeFor, type Installation } from '../orchestrator/installation.ts';
import { mayNotTalkIn } from '../orchestrator/rooms/only-encrypted.ts';
import { agentsIn } from '../orchestrator/rooms/room-view.ts';
import { hearApproval } from '../orchestrator/tasks/hear-approval.ts';
import { topics } from '../orchestrator/topics.ts';
import { Interrupted } from '../orchestrator/turns/running-turns.ts';
import { askForMore } from './ask-for-more.ts';
import { endWait } from './ask-to-wait.ts';
import { assignTask, leaveBehind, relieve } from './assign-task.ts';
import { claimTask, letTaskGo } from './claim-task.ts';
import { sayEnd } from './report.ts';
import { takeStep } from './steps/take-step.ts';

/**
 * Works on a task until there is nothing to do for it: it has ended, waits, or is paused. One run at a time for each task. Each act changes the
 * task or its steps in the store and may be repeated, so after a crash the next run goes on behind the last one.
 */
export async function workTask(parley: Installation, id: TaskId): Promise<void> {
  for (let comesBack = true; ; comesBack = false) {
    const task = await claimTask(parley, id);
    if (task === null) return;
    if ((await mayNotTalkIn(parley, task.chat)) || (await isSentAway(parley, task))) {
      if (await letTaskGo(parley, task)) return;
      continue;
    }
    if ((await endWait(parley, task)) || (await hearApproval(parley, task))) continue;
    if (comesBack && (await relieve(parley, task))) continue;
    const act = isWaitingForCard(parley, task)
      ? ({ act: 'rest', at: null } as const)
      : nextAct(task, parley.clock.now());
    if (isEnded(task) && task.open && !task.endTold && act.act === 'rest' && !isWaitingForCard(parley, task)) {
      await sayEnd(parley, task);
      continue;
    }
    if (act.act === 'rest') {
      if (!(await letTaskGo(parley, task))) continue;
      wakeAt(parley, id, act.at);
      return;
    }
    if (!(await unlessBrokenOff(parley, id, signal => carryOut(parley, { task, act, signal })))) return;
  }
}

/** The thread hangs on the card, so that comes first. It wakes the task. */
function isWaitingForCard(parley: Installation, task: Task): boolean {
  const bridge = bridgeFor(parley, task.chat);
  return task.open && task.thread === null && bridge !== null && canShowCards(bridge);
}

/** Whether people have sent all of our agents out of the room: nothing is done for it until one of them is there again. */
async function isSentAway(parley: Installation, task: Task): Promise<boolean> {
  const chat = await parley.store.collection('chats').get(task.chat);
  return chat !== null && agentsIn(parley, chat).length === 0;
}

interface Acting {
  readonly task: Task;
  readonly act: Exclude<Act, { act: 'rest' }>;
  readonly signal: AbortSignal;
}

/** False: nothing more can be done now. */
async function carryOut(parley: Installation, { task, act, signal }: Acting): Promise<boolean> {
  if (act.act === 'assign') return (await assignTask(parley, task)) || !(await letTaskGo(parley, task));
  const agent = task.assignedTo === null ? undefined : parley.agents.get(task.assignedTo);
  const chat = await parley.store.collection('chats').get(task.chat);
  if (chat === null) return false;
  if (agent === undefined || !takesTurns(agent)) {
    await leaveBehind(parley, task);
    return true;
  }
  const working = { parley, task, agent, chat };
  if (act.act === 'ask limit') await askForMore(working);
  else await takeStep(working, signal);
  return true;
}

/** What a person stopped goes on with the task as it stands then; at the end of the process, with the next one. */
async function unlessBrokenOff(
  parley: Installation,
  id: TaskId,
  act: (signal: AbortSignal) => Promise<boolean>,
): Promise<boolean> {
  const running = parley.running.begin(taskWorkId(id));
  try {
    return await act(running.signal);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return error.why !== 'shutdown';
  } finally {
    running.end();
  }
}

function wakeAt({ clock, queue }: Installation, id: TaskId, at: number | null): void {
  if (at !== null) clock.after(Math.max(0, at - clock.now()), () => queue.wake(topics.tasks, id));
}
