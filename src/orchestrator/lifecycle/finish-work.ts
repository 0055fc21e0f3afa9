import type { Agent, Passage } from '../../core/agent.ts';
import { onceTurnId, taskWorkId } from '../../core/ids.ts';
import { asideTurn, scriptedTurn } from '../../core/take-turns.ts';
import { isWorkedOn, type Task } from '../../core/tasks/task.ts';
import type { Turn } from '../../core/turn.ts';
import type { Installation } from '../installation.ts';
import { openTasks } from '../tasks/change-task.ts';
import { topics } from '../topics.ts';
import { dropTurns, stopTurn } from '../turns/stop-turn.ts';

/** How long an answer that is cut may take to get out. */
const cutMs = 20_000;
const page = 1000;

/**
 * What an agent on its way out has begun, answers and steps of tasks alike, is finished for as long as the configuration gives it, and then cut;
 * what it has not begun is left open, and the room is told. Its tasks go to others. Gives whether nothing is under way any more. May be repeated.
 */
export async function finishWork(parley: Installation, agent: Agent, passage: Passage): Promise<boolean> {
  const open = await openTurns(parley, agent);
  const unbegun = open.filter(({ state, attempts }) => state === 'queued' && attempts === 0);
  await leaveOpen(parley, agent, { passage, turns: unbegun });
  const begun = open.filter(turn => !unbegun.includes(turn));
  const tasks = await tasksOf(parley, agent);
  const over = parley.clock.now() - passage.since;
  const { finishMs } = parley.settings.retirement;
  if (begun.length + tasks.length === 0 || over > finishMs + cutMs) return true;
  if (over > finishMs) {
    for (const { _id } of begun) await stopTurn(parley, _id, 'slot');
    for (const { _id } of tasks) parley.running.interrupt(taskWorkId(_id), 'stop');
  }
  return false;
}

/** The tasks of which it takes a step. Behind that they are somebody else's. */
const tasksOf = async (parley: Installation, { _id: agent }: Agent): Promise<Task[]> =>
  (await openTasks(parley)).filter(task => task.assignedTo === agent && isWorkedOn(task));

async function openTurns({ store }: Installation, { _id: agent }: Agent): Promise<Turn[]> {
  const open: Turn[] = [];
  for (const state of ['queued', 'running', 'replied'] as const) {
    let after: Turn | undefined;
    do {
      const found: Turn[] = await store
        .collection('turns')
        .find({ where: { state }, limit: page, ...(after ? { after } : {}) });
      open.push(...found.filter(turn => turn.agent === agent));
      after = found.length === page ? found.at(-1) : undefined;
    } while (after);
  }
  return open;
}

/** The notice is stored first: a crash leaves nobody without it. */
async function leaveOpen(
  parley: Installation,
  agent: Agent,
  { passage, turns }: { passage: Passage; turns: readonly Turn[] },
): Promise<void> {
  if (turns.length === 0) return;
  const answers = turns.filter(({ thought }) => thought === undefined);
  const notices = [...new Set(answers.map(({ chat }) => chat))].map(chat => {
    const _id = onceTurnId(chat, `left-open-${passage.since}`, agent._id);
    const named = { _id, chat, agent: agent._id, trigger: null, reason: 'left open', thread: null };
    const text = `${agent.name} is being retired and does not get to what still waited here. Please ask somebody else.`;
    return asideTurn(scriptedTurn(named, text, true));
  });
  await parley.store.collection('turns').insert(notices);
  for (const { _id } of notices) parley.queue.wake(topics.turns, _id);
  await dropTurns(
    parley,
    turns.map(({ _id }) => _id),
    'dropped',
  );
  for (const { chat } of turns) parley.queue.wake(topics.rooms, chat);
  for (const { _id } of turns) parley.turnEnds.tell(_id);
}
