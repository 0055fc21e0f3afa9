import { bestMatch } from '../floor-policies/best-match.ts';
import { lastAddressed } from '../floor-policies/last-addressed.ts';
import { mentioned } from '../floor-policies/mentioned.ts';
import { repliedTo } from '../floor-policies/replied-to.ts';
import type { Strategy } from './strategy.ts';

/**
 * For a group that talks with its agents as with people: whoever is mentioned answers, else the one that is replied to, else the one that
 * people last spoke to there, else the one whose skills fit best. Every message of a person that isn't meant for another person is answered.
 */
export const byDefault: Strategy = {
  summary: 'Who is mentioned, else replied to, else spoken to last, else who knows best.',
  policies: [mentioned, repliedTo, lastAddressed, bestMatch],
};
