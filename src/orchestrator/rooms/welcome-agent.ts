import type { AgentId } from '../../core/ids.ts';
import type { Decision } from '../../core/take-turns.ts';
import { nothing, type Scene } from '../handle/handling.ts';
import { markIntroduced } from './agent-chats.ts';
import { encryptedNoticeBy, readsEncrypted } from './encrypted-notice.ts';
import { introduction } from './introduction.ts';
import { clearNoticeBy, isOutOfBounds } from './only-encrypted.ts';
import { sayOnce } from './say-once.ts';

/** An agent is in a room and has settled in: it introduces itself once, or says that it can't read there. */
export async function welcomeAgent(id: AgentId, scene: Scene): Promise<Decision> {
  const { parley, chat } = scene;
  const agent = parley.agents.get(id);
  if (agent === undefined) return nothing(scene);
  if (chat.encrypted && !readsEncrypted(scene)) return encryptedNoticeBy(id, scene);
  if (isOutOfBounds(scene)) return clearNoticeBy(id, scene);
  if (!parley.settings.introduce) return nothing(scene);
  await markIntroduced(parley, { agent: id, chat: chat._id });
  const text = introduction(agent, { chatType: chat.chatType, prefix: parley.settings.commandPrefix });
  return sayOnce(scene, { agent: id, what: 'introduction', text, notice: false });
}
