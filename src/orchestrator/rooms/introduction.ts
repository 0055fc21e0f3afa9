import type { Agent } from '../../core/agent.ts';
import type { Chat } from '../../core/chat.ts';

/** What an agent says when it comes into a room. One short message. */
export function introduction(
  agent: Pick<Agent, 'name' | 'description' | 'role'>,
  { chatType, prefix }: { readonly chatType: Chat['chatType']; readonly prefix: string },
): string {
  const how =
    agent.role === 'orchestrator'
      ? `Write \`${prefix}help\` to see what there is.`
      : chatType === 'private'
        ? `Just write to me; \`${prefix}help\` shows what else there is.`
        : `Mention me as **@${agent.name}** when you want me.`;
  // The description is a caption and no sentence of its own making: "Writes and reviews code".
  return `Hello, I’m **${agent.name}**. ${how}\n\n*${agent.description.trim()}*`;
}
