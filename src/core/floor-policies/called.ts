import { calledAgents } from '../addressing.ts';
import { askedBy, type FloorPolicy } from './policy.ts';

/** Whoever is called by `@` or by a mention speaks, in the order of the text. Bare names don't count. */
export const called: FloorPolicy = question => {
  const agents = calledAgents(question.message, question.candidates);
  return agents.length > 0 ? agents.map(agent => ({ agent, reason: askedBy(question) })) : null;
};
