import { mentionedAgents, mentionsPerson } from '../addressing.ts';
import type { FloorPolicy } from './policy.ts';

/** Whoever is mentioned speaks, in the order of the text. A message that speaks to a person is left to that person. */
export const mentioned: FloorPolicy = ({ message, room, candidates }) => {
  const agents = mentionedAgents(message, candidates);
  if (agents.length > 0) return agents.map(agent => ({ agent, reason: 'mentioned' }));
  return mentionsPerson(message, message.from, room) ? [] : null;
};
