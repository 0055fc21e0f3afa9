/**
 * What can be woken: rooms and what they are shown by chat id, turns by turn id, invitations by the id of the agent in the chat (`AgentChat`),
 * what agents attend to, their ways in and out, by agent id.
 */
export const topics = {
  rooms: 'rooms',
  turns: 'turns',
  invitations: 'invitations',
  floorViews: 'floor-views',
  attention: 'attention',
  passages: 'passages',
} as const;
