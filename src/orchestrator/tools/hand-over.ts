import { z } from 'zod';
import { startsWithCall } from '../../core/addressing.ts';
import type { AgentCard } from '../../core/room.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import { colleaguesOf, named, notHere, oneLine, type Talk } from './talk.ts';

/** Whom the agent has chosen to speak next. */
export interface HandedOver {
  readonly to: AgentCard;
  readonly request: string;
}

const mostRequest = 500;

/** Chooses who speaks next. Takes effect with the answer, within the same limits as a line that begins with `@Name`. The last call counts. */
export const handOverTool = (talk: Talk, choose: (chosen: HandedOver) => void): Tool =>
  tool({
    name: 'hand_over',
    description:
      'Hands the floor over: the colleague speaks next, after your answer, and everybody sees it. For what a colleague can do better, or is to go on with. You get no answer; to get one, use ask_colleague.',
    parameters: z.object({
      colleague: z.string().max(200).describe('Name of an agent in this room.'),
      request: z.string().max(4000).describe('What the colleague is to do, in one sentence to the colleague.'),
    }),
    async run({ colleague, request }) {
      const colleagues = colleaguesOf(talk);
      const to = named(colleague, colleagues);
      if (to === null) return notHere(colleagues);
      choose({ to, request: oneLine(request, mostRequest) });
      return `${to.name} speaks next, when you have ended. End your answer now; do not repeat the request.`;
    },
  });

/** What is put below an answer so that the room, and the colleague, read what is asked; null where the answer says it. */
export function requestLine({ to, request }: HandedOver, answer: string): string | null {
  if (answer.split('\n').some(line => startsWithCall(line, to.name))) return null;
  return `@${to.name}${request === '' ? ', over to you.' : `: ${request}`}`;
}
