import { enqueue } from '../../core/floor.ts';
import { type AgentId, type ChatId, onceTurnId } from '../../core/ids.ts';
import { type Decision, scriptedTurn, speakerOf } from '../../core/take-turns.ts';
import { nothing, type Scene } from '../handle/handling.ts';
import { agentsIn } from './room-view.ts';

const text =
  'This room is encrypted, and I can’t read encrypted messages. To talk with me, use a room without encryption: make a new room or ' +
  'direct chat with encryption switched off, and invite me there.';

/** Says that the room can't be read, by its first agent; nothing if that was said. */
export async function encryptedNotice(scene: Scene): Promise<Decision> {
  const speaker = agentsIn(scene.parley, scene.chat)[0];
  return speaker === undefined ? nothing(scene) : encryptedNoticeBy(speaker._id, scene);
}

/** The same by a certain agent: each agent says it at most once in a room, over all restarts. */
export async function encryptedNoticeBy(agent: AgentId, scene: Scene): Promise<Decision> {
  const turn = scriptedTurn(
    {
      _id: onceTurnId(scene.chat._id as ChatId, 'encrypted', agent),
      chat: scene.chat._id,
      agent,
      trigger: null,
      reason: 'encrypted room',
      thread: null,
    },
    text,
    true,
  );
  const said = await scene.parley.store.collection('turns').get(turn._id);
  return said === null ? { floor: enqueue(scene.floor, [speakerOf(turn)]), turns: [turn] } : nothing(scene);
}
