import { calledAgents, mentionsPerson, namedAgents } from '../addressing.ts';
import { askedBy, type FloorPolicy } from './policy.ts';

/**
 * Whoever is mentioned speaks, in the order of the text. A message that speaks to a person is left to that person. Bare names count only
 * where nobody is called by `@` or by a mention: who asks Ada about Clara does not ask Clara.
 */
export const mentioned: FloorPolicy = question => {
  const { message, room, candidates } = question;
  const called = calledAgents(message, candidates);
  if (called.length === 0 && mentionsPerson(message, message.from, room)) return [];
  const agents = called.length > 0 ? called : namedAgents(message.text, candidates);
  return agents.length > 0 ? agents.map(agent => ({ agent, reason: askedBy(question) })) : null;
};
