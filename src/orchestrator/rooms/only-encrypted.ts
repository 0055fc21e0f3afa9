import type { Chat } from '../../core/chat.ts';
import type { AgentId, ChatId } from '../../core/ids.ts';
import type { Decision } from '../../core/take-turns.ts';
import { canEncrypt } from '../../ports/bridge-capabilities.ts';
import { nothing, type Scene } from '../handle/handling.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { agentsIn } from './room-view.ts';
import { sayOnce } from './say-once.ts';

const text =
  'I talk in encrypted rooms only, so I read nothing of what is written here. Switch encryption on in the settings of this room (security ' +
  'and privacy), or make an encrypted room or direct chat and invite me there.';

/** Whether agents neither hear nor say anything in this chat, as it is not encrypted. */
export function isOutOfBounds({ parley, chat }: { parley: Pick<Installation, 'bridges'>; chat: Chat }): boolean {
  return !chat.encrypted && isStrict(parley, chat._id);
}

/** The same by the chat's id. */
export async function mayNotTalkIn(parley: Pick<Installation, 'bridges' | 'store'>, id: ChatId): Promise<boolean> {
  if (!isStrict(parley, id)) return false;
  const chat = await parley.store.collection('chats').get(id);
  return chat !== null && isOutOfBounds({ parley, chat });
}

function isStrict(parley: Pick<Installation, 'bridges'>, chat: ChatId): boolean {
  const bridge = bridgeFor(parley, chat);
  return bridge !== null && canEncrypt(bridge) && bridge.onlyEncrypted;
}

/** Says that nothing is read here, by the first agent of the room; nothing if that was said. */
export async function clearNotice(scene: Scene): Promise<Decision> {
  const [speaker] = agentsIn(scene.parley, scene.chat);
  return speaker === undefined ? nothing(scene) : clearNoticeBy(speaker._id, scene);
}

/** The same by a certain agent: each agent says it at most once in a room. */
export const clearNoticeBy = (agent: AgentId, scene: Scene): Promise<Decision> =>
  sayOnce(scene, { agent, what: 'clear', text, notice: true });
