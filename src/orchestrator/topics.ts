/**
 * What can be woken: rooms and what they are shown by chat id, turns by turn id, invitations by the id of the agent in the chat (`AgentChat`),
 * what agents attend to, their ways in and out, by agent id, agents that have come into a room by the message of their joining,
 * answers that may have grown after their end by turn id, tasks and their cards by task id.
 */
export const topics = {
  rooms: 'rooms',
  turns: 'turns',
  invitations: 'invitations',
  arrivals: 'arrivals',
  floorViews: 'floor-views',
  attention: 'attention',
  passages: 'passages',
  endings: 'endings',
  tasks: 'tasks',
  taskCards: 'task-cards',
} as const;
