import { z } from 'zod';
import type { AgentId } from '../../core/ids.ts';
import type { AgentCard } from '../../core/room.ts';
import { mostQuestions, type Turn } from '../../core/turn.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import { strategyOf } from '../floor/floor-rules.ts';
import { type Answered, putQuestion } from './put-question.ts';
import { colleaguesOf, named, notHere, type Talk } from './talk.ts';

/** Asks a colleague in the room and waits for the answer. Both messages stand in the room like all others. */
export function askColleagueTool(talk: Talk): Tool {
  let asked = 0;
  return tool({
    name: 'ask_colleague',
    description:
      'Asks a colleague and waits for the answer, which you get as the result. Everybody sees question and answer in the room. For what you need to finish your own answer.',
    parameters: z.object({
      colleague: z.string().max(200).describe('Name of an agent in this room.'),
      question: z.string().trim().min(1).max(4000).describe('The whole question, in words to the colleague.'),
    }),
    limitMs: 10 * 60_000,
    async run({ colleague, question }, signal) {
      const colleagues = colleaguesOf(talk);
      const of = named(colleague, colleagues);
      if (of === null) return notHere(colleagues);
      const refused = await refusal(talk, of, asked);
      if (refused !== null) return refused;
      asked += 1;
      const answered = await putQuestion(talk, { nth: asked, of, question }, signal);
      return inWords(answered, { question, colleagues });
    },
  });
}

async function refusal(talk: Talk, of: AgentCard, asked: number): Promise<string | null> {
  const { parley, turn, chat } = talk;
  if (strategyOf(parley, chat) === 'moderated') {
    return 'This room is moderated: nobody speaks between. Use hand_over, or answer yourself.';
  }
  if (asked >= (turn.ask === undefined ? mostQuestions : 1)) {
    return 'You have asked enough for one answer. Answer with what you know.';
  }
  if (turn.hop >= parley.settings.turnLimits.maxHops) {
    return 'Agents have asked each other long enough. Answer with what you know.';
  }
  const waiting = await waitingFor(talk);
  if (waiting.includes(of._id))
    return `${of.name} waits for your answer and can't be asked. Answer with what you know.`;
  return null;
}

/** Those who wait for this answer: who asked, who asked them, and so on. As many as there may be hops. */
async function waitingFor({ parley, turn }: Talk): Promise<AgentId[]> {
  const waiting: AgentId[] = [];
  let current: Turn | null = turn;
  while (current?.ask !== undefined && waiting.length <= parley.settings.turnLimits.maxHops) {
    current = await parley.store.collection('turns').get(current.ask.by);
    if (current !== null) waiting.push(current.agent);
  }
  return waiting;
}

function inWords(
  { asked, of, outcome, text }: Answered,
  given: { readonly question: string; readonly colleagues: readonly AgentCard[] },
): string {
  const name = given.colleagues.find(({ _id }) => _id === of)?.name ?? of;
  // After a restart a model may ask in other words, or somebody else: what stands in the room counts.
  const before = asked === given.question ? '' : `You asked ${name} before: "${asked}"\n`;
  switch (outcome) {
    case 'answered':
      return `${before}${name} answered:\n${text}`;
    case 'failed':
      return `${before}${name} could not answer. Go on without it.`;
    case 'stopped':
      return `${before}A person stopped the answer of ${name}. Go on without it.`;
    case 'late':
      return `${before}${name} did not answer in time. Go on without it.`;
    case 'dropped':
      return `${before}${name} is not there any more. Go on without it.`;
    case 'unasked':
      return 'The question could not be put. Go on without it.';
  }
}
