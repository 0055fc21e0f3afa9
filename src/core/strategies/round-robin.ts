import { mentioned } from '../floor-policies/mentioned.ts';
import { repliedTo } from '../floor-policies/replied-to.ts';
import { roundRobin } from '../floor-policies/round-robin.ts';
import type { Strategy } from './strategy.ts';

/** For brainstorming, and for sharing work: open questions go round. */
export const inTurn: Strategy = {
  summary: 'Who is mentioned or replied to, else one after the other.',
  policies: [mentioned, repliedTo, roundRobin],
};
