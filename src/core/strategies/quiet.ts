import { called } from '../floor-policies/called.ts';
import { repliedTo } from '../floor-policies/replied-to.ts';
import type { Strategy } from './strategy.ts';

/** What holds while a room is to be quiet, whatever its strategy: agents speak only when they are called by `@`, or replied to. */
export const quiet: Strategy = {
  summary: 'Only who is called by @, or replied to.',
  policies: [called, repliedTo],
};
