import { allows } from '../../core/allowed-tools.ts';
import type { ConversationTool } from '../../core/conversation-tools.ts';
import type { AgentId } from '../../core/ids.ts';
import { canMakeRooms } from '../../ports/bridge-capabilities.ts';
import type { Tool } from '../../ports/tool.ts';
import { bridgeFor } from '../installation.ts';
import { askColleagueTool } from './ask-colleague.ts';
import { answeredIn } from './asker.ts';
import { type HandedOver, handOverTool, requestLine } from './hand-over.ts';
import { narrowing, narrowsByRole } from './narrowing.ts';
import { openChatTool } from './open-chat.ts';
import { readEarlierTool, readerFor } from './read-earlier.ts';
import { colleaguesOf, type Talk } from './talk.ts';
import { tasksTool } from './tasks.ts';

/** The tools of one answer, and what came of them for the answer itself. */
export interface Offer {
  readonly tools: readonly Tool[];
  /** What is put below the answer; null: nothing. */
  readonly closing: (answer: string) => string | null;
  readonly handsOver: () => AgentId | null;
  /** Whether any was called. */
  readonly used: () => boolean;
}

/** What an agent may do in this answer: as it is configured, as far as the room and the role of whoever asked leave it, and as far as the room has somebody to do it with. Always in the same order. */
export async function offerTools(talk: Talk): Promise<Offer> {
  let chosen: HandedOver | null = null;
  const { agent, chat, parley } = talk;
  const asker = narrowsByRole(parley) ? ((await answeredIn(talk))?.member ?? null) : null;
  const lists = [agent.resources.tools, ...narrowing(parley, { chats: [chat], asker })];
  const has = (name: ConversationTool): boolean => allows(lists, name);
  const inGroup = talk.chat.chatType === 'group' && colleaguesOf(talk).length > 0;
  // Who was asked by a colleague gives the answer back to the colleague.
  const own = talk.turn.ask === undefined;
  const reader = readerFor(talk);
  const tools = [
    ...(inGroup && own && has('hand_over')
      ? [
          handOverTool(talk, given => {
            chosen = given;
          }),
        ]
      : []),
    ...(inGroup && has('ask_colleague') ? [askColleagueTool(talk)] : []),
    ...(own && canMakeRoomsFor(talk) && has('open_chat') ? [openChatTool(talk)] : []),
    ...(own && has('tasks') ? [tasksTool(talk)] : []),
    ...(reader !== null && has('read_earlier') ? [readEarlierTool(talk, reader)] : []),
  ];
  let used = false;
  const noting = (given: Tool): Tool => ({
    ...given,
    run: (input, signal, name) => {
      used = true;
      return given.run(input, signal, name);
    },
  });
  return {
    tools: tools.map(noting),
    closing: answer => (chosen === null ? null : requestLine(chosen, answer)),
    handsOver: () => chosen?.to._id ?? null,
    used: () => used,
  };
}

function canMakeRoomsFor({ parley, chat }: Talk): boolean {
  const bridge = bridgeFor(parley, chat._id);
  return bridge !== null && canMakeRooms(bridge);
}
