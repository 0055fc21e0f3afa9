import { enqueue } from '../../core/floor.ts';
import { type AgentId, onceTurnId } from '../../core/ids.ts';
import { type Decision, scriptedTurn, speakerOf } from '../../core/take-turns.ts';
import { nothing, type Scene } from '../handle/handling.ts';
import { markIntroduced, markJoined } from './agent-chats.ts';
import { encryptedNoticeBy } from './encrypted-notice.ts';
import { introduction } from './introduction.ts';
import { refreshChat } from './refresh-chat.ts';

/** An agent is in a room: it gets to know who is there, and introduces itself once, or says that it can't read there. */
export async function welcomeAgent(id: AgentId, scene: Scene): Promise<Decision> {
  const { parley, floor } = scene;
  const agent = parley.agents.get(id);
  if (agent === undefined) return nothing(scene);
  const chat = await refreshChat(parley, scene.chat._id, id);
  await markJoined(parley, { agent: id, chat: chat._id });
  if (chat.encrypted) return encryptedNoticeBy(id, { ...scene, chat });
  const turnId = onceTurnId(chat._id, 'introduction', id);
  const said = !parley.settings.introduce || (await parley.store.collection('turns').get(turnId)) !== null;
  if (said) return nothing(scene);
  const turn = scriptedTurn(
    { _id: turnId, chat: chat._id, agent: id, trigger: null, reason: 'introduction', thread: null },
    introduction(agent, chat.chatType),
    false,
  );
  await markIntroduced(parley, { agent: id, chat: chat._id });
  return { floor: enqueue(floor, [speakerOf(turn)]), turns: [turn] };
}
