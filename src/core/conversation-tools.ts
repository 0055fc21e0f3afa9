/** What an agent may do with the others, where the room allows it: names of tools, in the order in which a model gets to know them. */
export const conversationTools = [
  'hand_over',
  'ask_colleague',
  'open_chat',
  'grant_floor',
  'tasks',
  'read_earlier',
] as const;
export type ConversationTool = (typeof conversationTools)[number];
