import type { Choice, Question } from '../floor-policies/policy.ts';
import { byBestMatch } from './best-match.ts';
import { byDefault } from './default.ts';
import { free } from './free.ts';
import { onlyLastAddressed } from './last-addressed.ts';
import { onlyMentioned } from './mentioned.ts';
import { moderated } from './moderated.ts';
import { quiet } from './quiet.ts';
import { inTurn } from './round-robin.ts';
import type { Strategy } from './strategy.ts';

/** The strategies that a room may have, by the name that people give. */
export const strategies = {
  default: byDefault,
  mentioned: onlyMentioned,
  'last-addressed': onlyLastAddressed,
  'best-match': byBestMatch,
  'round-robin': inTurn,
  moderated,
  free,
} as const satisfies Record<string, Strategy>;

export type StrategyName = keyof typeof strategies;

const isStrategy = (name: string): name is StrategyName => Object.hasOwn(strategies, name);

/** The strategy of that name; an unknown name counts as `default`. */
export const strategyNamed = (name: string): Strategy => strategies[isStrategy(name) ? name : 'default'];

/** Who answers a person's message, by a room's strategy. */
export function chooseSpeakers(
  strategy: string,
  question: Question & { readonly isQuiet: boolean },
): readonly Choice[] {
  const { policies } = question.isQuiet ? quiet : strategyNamed(strategy);
  for (const policy of policies) {
    const choices = policy(question);
    if (choices !== null) return choices;
  }
  return [];
}
