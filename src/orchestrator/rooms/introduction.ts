import type { Agent } from '../../core/agent.ts';
import type { Chat } from '../../core/chat.ts';

/** What an agent says when it comes into a room. One short message. */
export function introduction(agent: Pick<Agent, 'name' | 'description' | 'role'>, chatType: Chat['chatType']): string {
  const how =
    agent.role === 'orchestrator'
      ? 'Write `!help` to see what there is.'
      : chatType === 'private'
        ? 'Just write to me; `!help` shows what else there is.'
        : `Mention me as **@${agent.name}** when you want me.`;
  return `Hello, I’m **${agent.name}**. ${agent.description.trim()} ${how}`;
}
