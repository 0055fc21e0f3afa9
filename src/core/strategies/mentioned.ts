import { mentioned } from '../floor-policies/mentioned.ts';
import { repliedTo } from '../floor-policies/replied-to.ts';
import type { Strategy } from './strategy.ts';

/** For rooms in which people talk among themselves: agents speak only when they are mentioned or replied to. */
export const onlyMentioned: Strategy = {
  summary: 'Only who is mentioned or replied to.',
  policies: [mentioned, repliedTo],
};
