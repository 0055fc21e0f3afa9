import type { Agent } from '../../core/agent.ts';
import type { Chat } from '../../core/chat.ts';
import { agentId, agentMember } from '../../core/ids.ts';
import { isSaid, type Message, type SaidMessage } from '../../core/message.ts';
import type { Turn } from '../../core/turn.ts';
import type { Heard, ReplyRequest } from '../../ports/agent-runtime.ts';
import type { Tool } from '../../ports/tool.ts';
import type { Installation } from '../installation.ts';
import { buildRequest } from '../turns/build-request.ts';

/** An agent in a chat, and the thought that it is to have. */
export interface Thinker {
  readonly parley: Installation;
  readonly turn: Turn;
  readonly agent: Agent;
  readonly chat: Chat;
}

interface ThoughtAbout {
  /** The conversation up to this message. */
  readonly trigger: SaidMessage;
  /** What the orchestrator asks. */
  readonly note: string;
  readonly tools: readonly Tool[];
  /** How many messages of the conversation. */
  readonly most: number;
}

/** What an agent gets to know for a thought: the latest of the conversation up to a message, and then the orchestrator's note. */
export async function thoughtRequest(
  { parley, ...given }: Thinker,
  { trigger, note, tools, most }: ThoughtAbout,
): Promise<ReplyRequest> {
  const request = await buildRequest(parley, { ...given, trigger, tools });
  return {
    ...request,
    conversation: [...request.conversation.slice(-most), noted(parley, note)],
    answering: null,
  };
}

function noted({ agents, clock }: Installation, text: string): Heard {
  const keeper = [...agents.values()].find(({ role }) => role === 'orchestrator');
  const from = agentMember(keeper?._id ?? agentId('parley'));
  return { from, name: keeper?.name ?? 'Parley', text, images: [], timestamp: clock.now() };
}

const lookBack = 50;

/** What was said last in a chat, outside of threads; null: nothing lately. */
export async function lastSaidIn({ store }: Installation, chat: Chat): Promise<SaidMessage | null> {
  const found = await store.collection('messages').find({
    where: { chat: chat._id },
    orderBy: { field: 'order', direction: 'desc' },
    limit: lookBack,
  });
  const counts = (message: Message): message is SaidMessage =>
    isSaid(message) &&
    message.thread === null &&
    message.status !== 'redacted' &&
    message.messageType !== 'notice' &&
    message.foundBefore == null;
  return found.find(counts) ?? null;
}
