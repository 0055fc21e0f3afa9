import { z } from 'zod';
import { may } from '../../core/access.ts';
import { asItIs } from '../../core/as-it-is.ts';
import { agentMember, taskId, taskTurnId } from '../../core/ids.ts';
import { asideTurn, scriptedTurn } from '../../core/take-turns.ts';
import { inTitle } from '../../core/tasks/card-text.ts';
import { titleOf } from '../../core/tasks/new-task.ts';
import { isEnded } from '../../core/tasks/task.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import { agentsIn } from '../rooms/room-view.ts';
import { createTask } from '../tasks/create-task.ts';
import { tasksIn } from '../tasks/task-here.ts';
import { topics } from '../topics.ts';
import { askerOf } from './asker.ts';
import type { Talk } from './talk.ts';

const mostListed = 20;
/** Of an offer, in characters: it stands in one message. */
const mostShown = 8_000;

/** Work with a result that agents do on their own: makes it for the person who is answered, by their rights; offers it; tells what there is. */
export function tasksTool(talk: Talk): Tool {
  let made = 0;
  return tool({
    name: 'tasks',
    description:
      'Tasks of this room: work with a result, which agents plan, build, test and review on their own while people go on talking. `create`: makes one, when the person you answer asked for it. `offer`: asks the room whether one is wanted; it is made when a person says so. `list`: what there is.',
    parameters: z.object({
      action: z.enum(['create', 'offer', 'list']),
      what: z
        .string()
        .trim()
        .min(1)
        .max(4_000)
        .optional()
        .describe('For create and offer: what is wanted, whole, as the agents will read it.'),
    }),
    async run({ action, what = '' }) {
      if (action === 'list') return listed(talk);
      if (what === '') return 'Say what is wanted, in `what`.';
      if (made > 0) return 'One task for one answer.';
      made += 1;
      return action === 'create' ? create(talk, what) : offer(talk, what);
    },
  });
}

async function listed({ parley, chat }: Talk): Promise<string> {
  const open = (await tasksIn(parley, chat._id)).filter(task => !isEnded(task)).slice(0, mostListed);
  const lines = open.map(({ number, title, status, assignedTo }) =>
    JSON.stringify({ task: number, title, status, assignedTo }),
  );
  return lines.length === 0 ? 'No task is open in this room.' : lines.join('\n');
}

async function create(talk: Talk, text: string): Promise<string> {
  const { parley, turn, agent, chat } = talk;
  const by = await askerOf(talk);
  if (by === null || !may(by, 'command', parley.settings.access))
    return 'Not made: who asked for this answer may not ask for tasks. Answer yourself.';
  const host = agentsIn(parley, chat).find(({ role }) => role === 'orchestrator')?._id ?? agent._id;
  const floor = await parley.store.collection('speaker_queues').get(chat._id);
  const made = await createTask(parley, {
    _id: taskId(turn._id),
    text,
    chat: chat._id,
    origin: turn.trigger,
    host,
    createdBy: agentMember(agent._id),
    askedBy: by,
    order: floor?.handledThrough ?? 0,
  });
  return 'refused' in made
    ? `Not made: ${made.refused}`
    : `Made: task #${made.task.number}. Its card stands in the room; say no more than that.`;
}

/** The offer stands in the room; whoever takes it by a ✅ has asked for the task. */
async function offer({ parley, turn, agent, chat }: Talk, text: string): Promise<string> {
  const about = {
    chat: chat._id,
    agent: agent._id,
    trigger: turn.trigger,
    thread: turn.thread,
    reason: 'offers a task',
  };
  const title = titleOf(text);
  // Whoever takes it has asked for all of it, so all of it is there to be read.
  const whole = title === text ? [] : ['', ...asItIs('text', text)];
  const said = [`Shall agents do this as a task? **${inTitle(title)}** ✅ makes it.`, ...whole].join('\n');
  if (said.length > mostShown) return 'Not offered: nobody can read that. Say it in plain letters.';
  const draft = scriptedTurn(
    { _id: taskTurnId(taskId(turn._id), 'offer', agent._id), ...about, offers: text },
    said,
    true,
  );
  await parley.store.collection('turns').insert([asideTurn(draft)], 'process');
  parley.queue.wake(topics.turns, draft._id);
  return 'Offered: the room sees it and decides. Do not repeat it.';
}
