import type { AgentId } from '../../core/ids.ts';
import type { Decision } from '../../core/take-turns.ts';
import { nothing, type Scene } from '../handle/handling.ts';
import { noteAccessRights } from '../power/access-rights.ts';
import { recoverMessages } from '../reconcile/recover-messages.ts';
import { markIntroduced, markJoined } from './agent-chats.ts';
import { encryptedNoticeBy } from './encrypted-notice.ts';
import { introduction } from './introduction.ts';
import { refreshChat } from './refresh-chat.ts';
import { sayOnce } from './say-once.ts';

/** An agent is in a room: it gets to know who is there, and introduces itself once, or says that it can't read there. */
export async function welcomeAgent(id: AgentId, scene: Scene): Promise<Decision> {
  const { parley } = scene;
  const agent = parley.agents.get(id);
  if (agent === undefined) return nothing(scene);
  const chat = await refreshChat(parley, scene.chat._id, id);
  if (chat.chatType === 'group' && chat.accessRights === undefined) await noteAccessRights(parley, chat, null);
  await markJoined(parley, { agent: id, chat: chat._id });
  // Who makes a direct chat writes at once, but nothing is delivered before the agent is in.
  await recoverMessages(parley, chat);
  if (chat.encrypted) return encryptedNoticeBy(id, { ...scene, chat });
  if (!parley.settings.introduce) return nothing(scene);
  await markIntroduced(parley, { agent: id, chat: chat._id });
  const text = introduction(agent, { chatType: chat.chatType, prefix: parley.settings.commandPrefix });
  return sayOnce(scene, { agent: id, what: 'introduction', text, notice: false });
}
