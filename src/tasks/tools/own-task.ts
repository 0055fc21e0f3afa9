import { z } from 'zod';
import { agentMember, type TurnId, taskId } from '../../core/ids.ts';
import { hasSkill } from '../../core/tasks/choose-agent.ts';
import { isEnded, type Task } from '../../core/tasks/task.ts';
import { progressed, remarked } from '../../core/tasks/waiting.ts';
import { changeTask } from '../../orchestrator/tasks/change-task.ts';
import { createTask } from '../../orchestrator/tasks/create-task.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import { subtasksOf } from '../ask-to-wait.ts';
import { say } from '../say.ts';
import { nameInThread } from '../tell-unsure.ts';
import { saidNow, type Working } from '../working.ts';

const mostSubtasks = 5;
/** Nobody fills a thread with notes. */
const mostNotes = 20;

/** Reads and updates the task that is worked on, and makes parts of it tasks of their own. */
export const ownTaskTool = (working: Working): Tool =>
  tool({
    name: 'tasks',
    description:
      'Your task. `show`: how it stands. `steps_done`: steps of the plan are done. `note`: tells people in the thread something that they want to know now. `create`: makes a part of it a task of its own, which another agent does. `wait`: waits for those and gives what came of them.',
    parameters: z.object({
      action: z.enum(['show', 'steps_done', 'note', 'create', 'wait']),
      steps: z.array(z.int().min(1).max(20)).max(20).optional().describe('For steps_done: the numbers of the steps.'),
      text: z
        .string()
        .trim()
        .min(1)
        .max(4_000)
        .optional()
        .describe('For note: what. For create: what is wanted, whole.'),
      skills: z
        .array(z.string().trim().min(1).max(60))
        .max(5)
        .optional()
        .describe('For create: what whoever does it has to be good at, in words of their skills. Left out: anybody.'),
    }),
    waits: async ({ action }) =>
      action === 'wait' && (await subtasksOf(working.parley, working.task)).some(one => !isEnded(one)),
    async run({ action, steps = [], text = '', skills = [] }, _signal, name) {
      switch (action) {
        case 'show':
          return shown(working);
        case 'steps_done':
          return stepsDone(working, steps);
        case 'note':
          return note(working, { text, name });
        case 'create':
          return create(working, { text, name, skills });
        case 'wait':
          return (await subtasksOf(working.parley, working.task)).map(inWords).join('\n') || 'There are no subtasks.';
      }
    },
  });

async function shown({ parley, task }: Working): Promise<string> {
  const now = (await parley.store.collection('tasks').get(task._id)) ?? task;
  const { status, stageProgress, plan, tokens, tokenLimit, deadline, sendBacks } = now;
  return JSON.stringify({ status, stageProgress, plan, tokens, tokenLimit, deadline, sendBacks });
}

async function stepsDone(working: Working, done: readonly number[]): Promise<string> {
  const { parley, task } = working;
  const next = await changeTask(parley, task._id, stored =>
    progressed(stored, task.run, { done, said: saidNow(working) }),
  );
  return `Noted: ${next?.stageProgress ?? 0} % of the stage.`;
}

async function note(
  working: Working,
  { text, name }: { readonly text: string; readonly name: string | null },
): Promise<string> {
  if (text === '') return 'Say what, in `text`.';
  const { parley, task, agent } = working;
  if ((await notesOf(working)) >= mostNotes) return 'You have told enough. Put the rest into the work.';
  await say(parley, task, {
    what: `note${nameInThread(name ?? '')}`,
    as: agent._id,
    text,
    notice: true,
  });
  await changeTask(parley, task._id, stored =>
    stored.latest.content === text ? stored : remarked(stored, text, saidNow(working)),
  );
  return 'Said.';
}

async function notesOf({ parley, task, agent }: Working): Promise<number> {
  const updates = await parley.store.collection('task_updates').find({ where: { task: task._id }, limit: 1000 });
  return updates.filter(({ updateType, by }) => updateType === 'note' && by === agentMember(agent._id)).length;
}

async function create(
  { parley, task, agent }: Working,
  { text, name, skills }: { readonly text: string; readonly name: string | null; readonly skills: readonly string[] },
): Promise<string> {
  if (text === '') return 'Say what is wanted, in `text`.';
  const unknown = unknownSkills(parley, skills);
  if (unknown !== null) return unknown;
  if (task.parent !== null) return 'Not made: this is a subtask itself. Do it, or say in the result what is left.';
  const _id = taskId((name ?? task._id) as TurnId);
  const others = (await subtasksOf(parley, task)).filter(one => one._id !== _id);
  if (others.length >= mostSubtasks) return `Not made: a task has at most ${mostSubtasks} subtasks.`;
  const by = { origin: task.origin, host: task.host, createdBy: agentMember(agent._id), askedBy: task.askedBy };
  const made = await createTask(parley, {
    _id,
    text,
    chat: task.chat,
    ...by,
    skillsRequired: skills,
    parent: task._id,
    order: task.heardThrough,
  });
  return 'refused' in made
    ? `Not made: ${made.refused}`
    : `Made: #${made.task.number}. Wait for it before you hand in the work.`;
}

/** Nobody would ever take a task for which somebody has to be good at what no agent is. */
function unknownSkills({ agents }: Working['parley'], skills: readonly string[]): string | null {
  const all = [...agents.values()].filter(({ role }) => role === 'agent');
  const unknown = skills.filter(skill => !all.some(one => hasSkill(one, skill)));
  if (unknown.length === 0) return null;
  const known = [...new Set(all.flatMap(({ resources }) => resources.skills))];
  return `Not made: no agent has the skills ${JSON.stringify(unknown)}. There are: ${JSON.stringify(known)}.`;
}

const inWords = ({ number, title, status, result, failure }: Task): string =>
  JSON.stringify({
    task: number,
    title,
    status,
    ...(failure === null ? {} : { failure }),
    result: result?.summary ?? null,
    files: result?.files.map(({ path }) => path) ?? [],
  });
