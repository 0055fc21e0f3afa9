import { z } from 'zod';
import type { ChatEvent } from '../../core/message.ts';
import type { Bridge } from '../../ports/bridge.ts';
import { canReadEarlier, type ReadsEarlier } from '../../ports/bridge-capabilities.ts';
import { type Tool, tool } from '../../ports/tool.ts';
import { bridgeFor } from '../installation.ts';
import { agentChatId } from '../rooms/agent-chats.ts';
import { displayName } from '../rooms/room-view.ts';
import { oneLine, type Talk } from './talk.ts';

const mostMessages = 40;
const mostCharacters = 600;

const cannot =
  'Nothing can be read from before you came in. Either nothing was said, or the room does not show it to newcomers, or it is encrypted and whoever invited you did not share its keys. Say that plainly.';
const header = 'What others said before you came in, oldest first. It is for you to know; none of it is asked of you.';

/** Reads what was said before the agent came in: for this answer only. Nothing of it is stored, and none of it is answered. */
export function readEarlierTool(talk: Talk, bridge: Bridge & ReadsEarlier): Tool {
  return tool({
    name: 'read_earlier',
    description:
      'Reads what was said in this room before you came in, as far as the room shows it to newcomers. Only when somebody wants to know about that.',
    parameters: z.object({
      messages: z.number().int().min(1).max(mostMessages).describe('How many of the last ones before you came in.'),
    }),
    async run({ messages: limit }) {
      const { parley, agent, chat } = talk;
      const stay = await parley.store.collection('agent_chats').get(agentChatId(agent._id, chat._id));
      const inviter = stay?.invitedBy ?? null;
      const { messages, unreadable } = await bridge.earlier({ chat: chat._id, as: agent._id, inviter, limit });
      if (messages.length === 0) return cannot;
      const closed = unreadable === 0 ? [] : [`${unreadable} further messages can’t be decrypted.`];
      return [header, ...messages.map(message => lineOf(talk, message)), ...closed].join('\n');
    },
  });
}

function lineOf({ parley, chat }: Talk, message: ChatEvent): string {
  const text = 'text' in message ? oneLine(message.text, mostCharacters) : '';
  return `- ${new Date(message.timestamp).toISOString()} ${JSON.stringify(displayName(chat, message.from, parley.agents))}: ${JSON.stringify(text)}`;
}

/** The bridge of the chat, where it can read so far back. */
export function readerFor({ parley, chat }: Talk): (Bridge & ReadsEarlier) | null {
  const bridge = bridgeFor(parley, chat._id);
  return bridge !== null && canReadEarlier(bridge) ? bridge : null;
}
