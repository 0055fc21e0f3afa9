import type { AgentId } from '../../core/ids.ts';
import type { Decision } from '../../core/take-turns.ts';
import { canEncrypt } from '../../ports/bridge-capabilities.ts';
import { nothing, type Scene } from '../handle/handling.ts';
import { bridgeFor } from '../installation.ts';
import { agentsIn } from './room-view.ts';
import { sayOnce } from './say-once.ts';

const text =
  'This room is encrypted, and I can’t read encrypted messages. To talk with me, use a room without encryption: make a new room or ' +
  'direct chat with encryption switched off, and invite me there.';

/** Whether agents read and write where people encrypt. */
export function readsEncrypted({ parley, chat }: Scene): boolean {
  const bridge = bridgeFor(parley, chat._id);
  return bridge !== null && canEncrypt(bridge);
}

/** Says that the room can't be read, by its first agent; nothing if that was said. */
export async function encryptedNotice(scene: Scene): Promise<Decision> {
  const speaker = agentsIn(scene.parley, scene.chat)[0];
  return speaker === undefined ? nothing(scene) : encryptedNoticeBy(speaker._id, scene);
}

/** The same by a certain agent: each agent says it at most once in a room. */
export const encryptedNoticeBy = (agent: AgentId, scene: Scene): Promise<Decision> =>
  sayOnce(scene, { agent, what: 'encrypted', text, notice: true });
