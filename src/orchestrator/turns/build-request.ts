import type { Agent } from '../../core/agent.ts';
import type { Chat } from '../../core/chat.ts';
import { agentMember, agentOf, type MessageId, withoutRound } from '../../core/ids.ts';
import { isSaid, type Message, type SaidMessage } from '../../core/message.ts';
import type { Turn } from '../../core/turn.ts';
import type { Heard, ReplyRequest } from '../../ports/agent-runtime.ts';
import { canReadAttachments } from '../../ports/bridge-capabilities.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { displayName } from '../rooms/room-view.ts';

const maxMembers = 50;
/** So many times more messages than a model gets: it leaves out the oldest in steps, so that its prompt begins alike from turn to turn. */
const spare = 2;
const fewOthers = 20;
const mostHops = 100;
const maxImageBytes = 5_000_000;

/** What the agent gets to know for its answer. */
export async function buildRequest(
  parley: Installation,
  given: {
    readonly turn: Turn;
    readonly trigger: SaidMessage;
    readonly agent: Agent;
    readonly chat: Chat;
    readonly tools: ReplyRequest['tools'];
  },
): Promise<ReplyRequest> {
  const { turn, trigger, agent, chat } = given;
  const messages = conversation(await latest(parley, turn, trigger), trigger, turn);
  const hear = (message: SaidMessage): Heard => heard(parley, { chat, turn, message });
  return {
    agent,
    chat: { kind: kindOf(chat, turn, messages), name: chat.name, topic: chat.topic, members: membersOf(parley, chat) },
    conversation: messages.slice(-spare * parley.settings.historyMessages).map(hear),
    answering: messages.at(-1)?._id === trigger._id ? null : hear(trigger),
    tools: given.tools,
  };
}

/** Where others spoke before they left, the agent has to be told who said what, although only one person is there now. */
function kindOf(chat: Chat, turn: Turn, messages: readonly SaidMessage[]): Chat['chatType'] {
  const others = new Set(messages.map(message => message.from).filter(member => member !== agentMember(turn.agent)));
  return chat.chatType === 'private' && others.size <= 1 ? 'private' : 'group';
}

/** The newest messages of the room, newest first; more where joins, reactions and other threads stand among them. */
async function latest(parley: Installation, turn: Turn, trigger: SaidMessage): Promise<Message[]> {
  const collection = parley.store.collection('messages');
  const wanted = parley.settings.historyMessages;
  const few = await newest(parley, turn, wanted + fewOthers);
  const enough =
    few.length < wanted + fewOthers || few.filter(isSaid).filter(one => belongs(one, turn)).length >= wanted;
  const found = enough ? few : await newest(parley, turn, Math.min(1000, 10 * wanted));
  const isMissing = (id: MessageId | null): boolean => id !== null && !found.some(message => message._id === id);
  const root = turn.thread !== null && isMissing(turn.thread) ? await collection.get(turn.thread) : null;
  // A message says by itself of which thread it is, and may name one of another room.
  const isHere = root?.chat === turn.chat;
  return [...found, ...(isMissing(trigger._id) ? [trigger] : []), ...(root !== null && isHere ? [root] : [])];
}

const newest = ({ store }: Installation, turn: Turn, limit: number): Promise<Message[]> =>
  store.collection('messages').find({
    where: { chat: turn.chat },
    orderBy: { field: 'order', direction: 'desc' },
    limit,
  });

/**
 * What belongs to the conversation, oldest first: an answer stands right behind what it answers, and what people wrote after the trigger
 * waits for its own turn.
 */
function conversation(
  messages: readonly Message[],
  trigger: SaidMessage,
  turn: Pick<Turn, '_id' | 'thread'>,
): SaidMessage[] {
  const said = messages.filter(isSaid).filter(message => belongs(message, turn)) as SaidMessage[];
  const orders = new Map(said.map(message => [message._id, message.order]));
  const repliedTo = new Map(said.map(message => [message._id, message.cause === null ? null : message.replyTo]));
  const answered = (message: SaidMessage): number => orders.get(rootOf(message._id, repliedTo)) ?? message.order;
  return said
    .filter(message => answered(message) <= trigger.order)
    .sort((a, b) => answered(a) - answered(b) || a.order - b.order);
}

/** What agents say to each other about a message stands behind that message, too. */
function rootOf(message: MessageId, repliedTo: ReadonlyMap<MessageId, MessageId | null>): MessageId {
  let root = message;
  for (let hops = 0; hops < mostHops; hops += 1) {
    const next = repliedTo.get(root) ?? null;
    if (next === null || !repliedTo.has(next)) return root;
    root = next;
  }
  return root;
}

function belongs(message: SaidMessage, turn: Pick<Turn, '_id' | 'thread'>): boolean {
  const here = message.thread === turn.thread || message._id === turn.thread;
  const own = message.cause !== null && withoutRound(message.cause) === withoutRound(turn._id);
  return here && !own && message.status !== 'redacted' && message.messageType !== 'notice';
}

function membersOf(parley: Installation, chat: Chat): ReplyRequest['chat']['members'] {
  return chat.participants.slice(0, maxMembers).map(id => {
    const agent = agentOf(id);
    return {
      id,
      name: displayName(chat, id, parley.agents),
      agent: agent === null ? null : (parley.agents.get(agent) ?? null),
    };
  });
}

function heard(parley: Installation, { chat, turn, message }: { chat: Chat; turn: Turn; message: SaidMessage }): Heard {
  return {
    from: message.from,
    name: displayName(chat, message.from, parley.agents),
    text: message.text,
    images: imagesOf(parley, turn, message),
    ...(message.attachment?.voice === undefined ? {} : { voice: message.attachment.voice }),
    timestamp: message.timestamp,
  };
}

function imagesOf(parley: Installation, turn: Turn, { attachment }: SaidMessage): Heard['images'] {
  const bridge = bridgeFor(parley, turn.chat);
  if (
    attachment === null ||
    !attachment.mimeType.startsWith('image/') ||
    bridge === null ||
    !canReadAttachments(bridge)
  )
    return [];
  const load = (signal: AbortSignal) => bridge.readAttachment(attachment.source, turn.agent, maxImageBytes, signal);
  return [{ mimeType: attachment.mimeType, load }];
}
