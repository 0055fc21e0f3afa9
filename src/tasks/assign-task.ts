import { agentMember } from '../core/ids.ts';
import { plainName } from '../core/plain-name.ts';
import { type Candidate, chooseAgent, isWanted } from '../core/tasks/choose-agent.ts';
import { assign, failed, leftBehind, saidBy } from '../core/tasks/stage-machine.ts';
import { isEnded, isWorkedOn, type Task } from '../core/tasks/task.ts';
import { waitsForAgent } from '../core/tasks/waiting.ts';
import type { Installation } from '../orchestrator/installation.ts';
import { changeTask, openTasks } from '../orchestrator/tasks/change-task.ts';
import { step } from '../telemetry/step.ts';
import { say } from './say.ts';
import type { Working } from './working.ts';

const lines = new WeakMap<Installation, Promise<unknown>>();

/** One assignment at a time in a process, so that no two count the same agent as free. */
function inLine<T>(parley: Installation, work: () => Promise<T>): Promise<T> {
  const done = (lines.get(parley) ?? Promise.resolve()).then(work);
  lines.set(
    parley,
    done.catch(() => undefined),
  );
  return done;
}

/** Gives a task to the agent that fits, or notes why none does; false: it waits. May be repeated. */
export const assignTask = (parley: Installation, task: Task): Promise<boolean> =>
  inLine(parley, () => assignNow(parley, task));

async function assignNow(parley: Installation, task: Task): Promise<boolean> {
  const candidates = await candidatesFor(parley, task);
  const said = saidBy(null, parley.clock.now());
  if (candidates === 'none can work' && isHopeless(parley, task)) {
    await changeTask(parley, task._id, stored =>
      stored.version === task.version ? failed(stored, noModel, said) : stored,
    );
    return true;
  }
  const choice =
    candidates === 'none can work' ? { why: noModel } : chooseAgent(task, candidates, parley.settings.tasks);
  if ('why' in choice) {
    await changeTask(parley, task._id, stored =>
      stored.assignedTo === null ? waitsForAgent(stored, choice.why, said) : stored,
    );
    return false;
  }
  const { agent } = choice;
  await changeTask(parley, task._id, stored =>
    stored.version === task.version ? assign(stored, agent, { ...said, agent }) : stored,
  );
  step('task.assigned');
  return true;
}

/** Whether a task ends where no agent can do it: nothing of it is done yet that would be lost, and no other process may know a model that this one doesn't. */
const isHopeless = ({ crew }: Installation, { status }: Task): boolean => status === 'not_started' && !crew.shared;

/**
 * A task that rested or waited comes back, and its agent has taken enough others meanwhile: it goes to one that has time, where there is one and
 * no person has chosen. True: it did. May be repeated.
 */
export const relieve = (parley: Installation, task: Task): Promise<boolean> =>
  inLine(parley, () => relieveNow(parley, task));

async function relieveNow(parley: Installation, task: Task): Promise<boolean> {
  const { tasks: rules } = parley.settings;
  const { assignedTo } = task;
  if (assignedTo === null || isWanted(task, { _id: assignedTo }) || isEnded(task) || !isWorkedOn(task)) return false;
  const candidates = await candidatesFor(parley, task);
  if (candidates === 'none can work') return false;
  const hasIt = ({ agent }: Candidate): boolean => agent._id === assignedTo;
  if (candidates.some(one => hasIt(one) && one.load < rules.perAgent)) return false;
  const choice = chooseAgent(
    task,
    candidates.filter(one => !hasIt(one)),
    rules,
  );
  if ('why' in choice) return false;
  const said = { ...saidBy(null, parley.clock.now()), agent: choice.agent };
  const after = await changeTask(parley, task._id, stored =>
    stored.version === task.version ? assign(stored, choice.agent, said) : stored,
  );
  return after?.version !== task.version;
}

/** That somebody has taken it, as a document and in the thread. May be repeated. */
export async function tellOfAssignment({ parley, task, agent }: Working): Promise<void> {
  if (task.takenRun !== task.run) return;
  const assignment = { task: task._id, agent: agent._id, kind: 'assignment', price: null, accepted: true } as const;
  await parley.store
    .collection('task_assignments')
    .insert([{ _id: `${task._id}/assignment${task.run}`, ...assignment }]);
  const name = plainName(agent.name);
  await say(parley, task, { what: `takes${task.run}`, as: null, text: wordsFor(task, name), notice: true });
}

function wordsFor({ status, complexity }: Task, name: string): string {
  if (status === 'review') return `${name} reviews it.`;
  if (status === 'design') return `${name} takes this on (complexity ${complexity}) and plans it first.`;
  return `${name} goes on with it, in the stage ${status}.`;
}

const noModel =
  'No agent has a model that is known to call tools, which tasks need; the built-in demo model can’t. Set `OPENAI_API_KEY`, or give a model of yours that can an entry in config/parley.yaml with `capabilities: [text, chat, tools]`; then restart Parley.';

/**
 * The agents whose models can call tools; whom a person wants is one of them in any case, and says itself what it lacks. None takes on what none could do a
 * step of.
 */
async function candidatesFor(parley: Installation, task: Task): Promise<Candidate[] | 'none can work'> {
  const agents = [...parley.agents.values()];
  const able = await Promise.all(agents.map(agent => parley.runtime.canStep(agent)));
  const workers = agents.filter(({ role }, index) => role === 'agent' && able[index]);
  if (workers.length === 0 && agents.some(({ role }) => role === 'agent')) return 'none can work';
  const chat = await parley.store.collection('chats').get(task.chat);
  const busy = (await openTasks(parley)).filter(one => isWorkedOn(one) && one._id !== task._id);
  return agents
    .filter(agent => workers.includes(agent) || isWanted(task, agent))
    .map(agent => ({
      agent,
      here: chat?.participants.includes(agentMember(agent._id)) ?? false,
      load: busy.filter(({ assignedTo }) => assignedTo === agent._id).length,
    }));
}

/** Whose agent is gone or paused is for somebody else. */
export const leaveBehind = (parley: Installation, task: Task): Promise<Task | null> =>
  changeTask(parley, task._id, stored =>
    isEnded(stored) || stored.assignedTo !== task.assignedTo
      ? stored
      : leftBehind(stored, saidBy(null, parley.clock.now())),
  );
