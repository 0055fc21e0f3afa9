import { z } from 'zod';
import { lentTurnId, messageId, type TurnId } from '../../core/ids.ts';
import type { AgentCard } from '../../core/room.ts';
import { asideTurn, newTurn } from '../../core/take-turns.ts';
import type { Turn } from '../../core/turn.ts';
import { strategyOf } from '../../orchestrator/floor/floor-rules.ts';
import { colleaguesOf, named, notHere } from '../../orchestrator/tools/talk.ts';
import { topics } from '../../orchestrator/topics.ts';
import { awaitTurn } from '../../orchestrator/turns/await-turn.ts';
import { stopTurn } from '../../orchestrator/turns/stop-turn.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import { say } from '../say.ts';
import { stepsOf } from '../steps/steps-of.ts';
import { nameInThread } from '../tell-unsure.ts';
import type { Working } from '../working.ts';

const [mostQuestions, waitMs] = [5, 4 * 60_000];

/** Asks another agent of the room, in the thread of the task, and gives its answer. Asked again after a crash, it finds what was asked and answered. */
export const askColleagueTool = (working: Working): Tool =>
  tool({
    name: 'ask_colleague',
    description:
      'Asks another agent of this room and gives its answer. Both stand in the thread of the task. For a fact or a judgement that somebody else is better at; for a whole part of the work there is tasks.',
    parameters: z.object({
      colleague: z.string().max(200).describe('Name of an agent in this room.'),
      question: z.string().trim().min(1).max(4_000).describe('The whole question, in words to the colleague.'),
    }),
    limitMs: 2 * waitMs + 30_000,
    async run({ colleague, question }, signal, name) {
      const { parley, chat } = working;
      const colleagues = colleaguesOf(working);
      const of = named(colleague, colleagues);
      if (of === null) return notHere(colleagues);
      if (strategyOf(parley, chat) === 'moderated')
        return 'This room is moderated: nobody is asked here. Go on without it.';
      if ((await asked(working)) >= mostQuestions)
        return 'You have asked enough in this stage. Go on with what you know.';
      const call = nameInThread(name ?? `step${working.task.steps}.0`);
      return inWords(await ask(working, { of, question, call }, signal), of.name);
    },
  });

async function asked({ parley, task }: Working): Promise<number> {
  const calls = (await stepsOf(parley, task)).flatMap(step => step.calls);
  return calls.filter(({ name, result }) => name === 'ask_colleague' && result !== null).length;
}

interface Question {
  readonly of: AgentCard;
  readonly question: string;
  /** Names the call in its task. */
  readonly call: string;
}

/** The turn of the answer, ended; or why there is none. */
async function ask(working: Working, put: Question, signal: AbortSignal): Promise<Turn | 'unasked' | 'late'> {
  const { parley, task, agent, chat } = working;
  const asking = await say(parley, task, {
    what: `asks-${put.of._id}.${put.call}`,
    as: agent._id,
    text: `@${put.of.name}: ${put.question}`,
    notice: false,
  });
  const said = await awaitTurn(parley, asking, { until: parley.clock.now() + waitMs, signal });
  const externalId = said?.parts[0]?.externalId;
  if (!externalId) return 'unasked';
  const lent = lentTurnId(asking, 1);
  const trigger = messageId(chat.bridge, externalId);
  await parley.store.collection('turns').insert([asideTurn(lentTurn(working, put.of, { lent, asking, trigger }))]);
  parley.queue.wake(topics.turns, lent);
  const ended = await awaitTurn(parley, lent, { until: parley.clock.now() + waitMs, signal });
  if (ended !== null) return ended;
  await stopTurn(parley, lent, 'person');
  return 'late';
}

interface Ids {
  readonly lent: TurnId;
  readonly asking: TurnId;
  readonly trigger: ReturnType<typeof messageId>;
}

const lentTurn = ({ task, agent }: Working, of: AgentCard, { lent, asking, trigger }: Ids) =>
  newTurn({
    _id: lent,
    chat: task.chat,
    agent: of._id,
    trigger,
    thread: task.thread,
    hop: 1,
    reason: `asked by ${agent.name} for task #${task.number}`,
    ask: { by: asking, of: of._id },
    ...(task.askedBy === null ? {} : { askedBy: task.askedBy }),
  });

function inWords(ended: Turn | 'unasked' | 'late', name: string): string {
  if (ended === 'unasked') return 'The question could not be put. Go on without it.';
  if (ended === 'late') return `${name} did not answer in time. Go on without it.`;
  switch (ended.outcome) {
    case 'answered':
      return `${name} answered: ${JSON.stringify(ended.reply)}`;
    case 'stopped':
      return `A person stopped the answer of ${name}. Go on without it.`;
    default:
      return `${name} could not answer. Go on without it.`;
  }
}
