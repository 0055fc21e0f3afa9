import { bestMatch } from './best-match.ts';
import { lastAddressed } from './last-addressed.ts';
import { mentioned } from './mentioned.ts';
import type { Choice, FloorPolicy, Question } from './policy.ts';
import { repliedTo } from './replied-to.ts';
import { roundRobin } from './round-robin.ts';

/** The strategies that a room may have: policies that are asked one after the other until one has an opinion. */
export const strategies = {
  /** Whoever is mentioned, else replied to, else spoken to last, else whose skills fit best. */
  default: [mentioned, repliedTo, lastAddressed, bestMatch],
  /** Only who is mentioned or replied to. */
  mentioned: [mentioned, repliedTo],
  /** As `default`, but without the conversation before: every open question goes to whose skills fit best. */
  'best-match': [mentioned, repliedTo, bestMatch],
  /** Open questions go round. */
  'round-robin': [mentioned, repliedTo, roundRobin],
  /** As `default`, but nobody speaks before the moderator grants it, and the network itself refuses everybody else. */
  moderated: [mentioned, repliedTo, lastAddressed, bestMatch],
} as const satisfies Record<string, readonly FloorPolicy[]>;

export type StrategyName = keyof typeof strategies;

const isStrategy = (name: string): name is StrategyName => Object.hasOwn(strategies, name);

/** Who answers, by a room's strategy; an unknown name counts as `default`. */
export function chooseSpeakers(strategy: string, question: Question): readonly Choice[] {
  const policies: readonly FloorPolicy[] = strategies[isStrategy(strategy) ? strategy : 'default'];
  for (const policy of policies) {
    const choices = policy(question);
    if (choices !== null) return choices;
  }
  return [];
}
