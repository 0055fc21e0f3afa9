import { bestMatch } from '../floor-policies/best-match.ts';
import { mentioned } from '../floor-policies/mentioned.ts';
import { repliedTo } from '../floor-policies/replied-to.ts';
import type { Strategy } from './strategy.ts';

/** For a help desk: every open question goes to whose skills fit best, whoever spoke before. */
export const byBestMatch: Strategy = {
  summary: 'Who is mentioned or replied to, else whose skills fit best.',
  policies: [mentioned, repliedTo, bestMatch],
};
