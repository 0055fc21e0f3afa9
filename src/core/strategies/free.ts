import { byDefault } from './default.ts';
import type { Strategy } from './strategy.ts';

/**
 * For lively rooms: as by default, and when a person's message has been answered, one more agent may ask for the floor by itself, if the
 * message is clearly about what it knows (`volunteer.ts`). No model is asked for that, unless the room allows it (`Floor.asksModels`).
 */
export const free: Strategy = {
  summary: 'As default, and an agent that clearly knows more may add something.',
  policies: byDefault.policies,
  volunteers: true,
};
