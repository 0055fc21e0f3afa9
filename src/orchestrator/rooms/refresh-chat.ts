import type { Chat } from '../../core/chat.ts';
import type { Draft } from '../../core/document.ts';
import { isParleyError } from '../../core/errors.ts';
import { chatChanges } from '../../core/events/chat-changes.ts';
import { event } from '../../core/events/event.ts';
import { type AgentId, bridgeOf, type ChatId, externalIdOf } from '../../core/ids.ts';
import { canReadRooms } from '../../ports/bridge-capabilities.ts';
import { change, ensure } from '../change.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { withState } from './chat-members.ts';

const blank = (chat: ChatId, parley: Installation): Draft<Chat> => ({
  _id: chat,
  bridge: bridgeOf(chat),
  externalId: externalIdOf(chat),
  chatType: 'group',
  name: null,
  topic: null,
  encrypted: false,
  participants: [],
  names: {},
  createdBy: null,
  strategy: null,
  lastActivity: parley.clock.now(),
});

/** The chat as it is stored; a new one is stored first. */
export async function ensureChat(parley: Installation, chat: ChatId): Promise<Chat> {
  const chats = parley.store.collection('chats');
  const known = await chats.get(chat);
  if (known !== null) return known;
  const made = await ensure(chats, blank(chat, parley));
  parley.bus.publish([event('ChatCreated', { chat, bridge: made.bridge, createdBy: made.createdBy })]);
  return made;
}

/** Makes the stored chat say what the network says of the room, as `agent` sees it. A room that the agent may not see stays as it was. */
export async function refreshChat(parley: Installation, chat: ChatId, agent: AgentId): Promise<Chat> {
  const stored = await ensureChat(parley, chat);
  const bridge = bridgeFor(parley, chat);
  if (bridge === null || !canReadRooms(bridge)) return stored;
  try {
    const state = await bridge.state(chat, agent);
    const refreshed =
      (await change(parley.store.collection('chats'), chat, now => withState(now, state, stored))) ?? stored;
    parley.bus.publish(chatChanges(stored, refreshed));
    return refreshed;
  } catch (error) {
    if (!isParleyError(error, 'BRIDGE_FORBIDDEN')) throw error;
    return stored;
  }
}
