import { lastAddressed } from '../floor-policies/last-addressed.ts';
import { mentioned } from '../floor-policies/mentioned.ts';
import { repliedTo } from '../floor-policies/replied-to.ts';
import type { Strategy } from './strategy.ts';

/** For a room with one agent at a time: whoever is mentioned goes on with the conversation until somebody else is. */
export const onlyLastAddressed: Strategy = {
  summary: 'Who is mentioned or replied to, and then the same one until another is.',
  policies: [mentioned, repliedTo, lastAddressed],
};
