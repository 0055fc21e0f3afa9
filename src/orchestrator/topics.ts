/** What can be woken: rooms by chat id, turns by turn id, invitations by the id of the agent in the chat (`AgentChat`). */
export const topics = { rooms: 'rooms', turns: 'turns', invitations: 'invitations' } as const;
