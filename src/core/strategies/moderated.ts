import { byDefault } from './default.ts';
import type { Strategy } from './strategy.ts';

/**
 * For meetings: who is to answer is found as by default, but they wait until they are given the floor, and people ask for it, too. The
 * moderator gives it: a rule, a person, or an agent. Where the chat network can, it keeps all others from sending.
 */
export const moderated: Strategy = {
  summary: 'As default, but everybody waits until they get the floor, people too; the moderator gives it.',
  policies: byDefault.policies,
  moderated: true,
};
