import type { AgentId, ChatId } from '../../core/ids.ts';
import { canJoin } from '../../ports/bridge-capabilities.ts';
import { bridgeFor, type Installation } from '../installation.ts';
import { markLeft } from '../rooms/agent-chats.ts';

/** Agents that are not in the configuration any more leave their rooms without a word. May be repeated. */
export async function leaveRetired(parley: Installation): Promise<void> {
  const retired = await parley.store.collection('agents').find({ where: { status: 'retired' }, limit: 1000 });
  for (const { _id } of retired) await leaveAll(parley, _id);
}

async function leaveAll(parley: Installation, agent: AgentId): Promise<void> {
  const stays = await parley.store.collection('agent_chats').find({ where: { agent }, limit: 1000 });
  for (const { chat, joinedAt, leftAt } of stays) {
    if (joinedAt !== null && leftAt === null) await leave(parley, agent, chat);
  }
}

async function leave(parley: Installation, agent: AgentId, chat: ChatId): Promise<void> {
  const bridge = bridgeFor(parley, chat);
  if (bridge === null || !canJoin(bridge)) return;
  await bridge.leave(chat, agent);
  await markLeft(parley, { agent, chat, why: 'retired' });
}
