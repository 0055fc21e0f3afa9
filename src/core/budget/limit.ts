import type { Document } from '../document.ts';
import { type AgentId, type ChatId, externalIdOf, type MemberId } from '../ids.ts';
import { bestFit } from '../pattern.ts';
import type { Amount, Price } from './amount.ts';

/** Whose budget it is. Everything that agents do counts for the installation. */
export type BudgetHolder =
  | { readonly scope: 'installation'; readonly id: 'all' }
  | { readonly scope: 'agent'; readonly id: AgentId }
  | { readonly scope: 'room'; readonly id: ChatId }
  | { readonly scope: 'person'; readonly id: MemberId };

export type BudgetScope = BudgetHolder['scope'];

/** What may be used in a day; null: no limit. Money in millionths. */
export interface Limit {
  readonly tokens: number | null;
  readonly money: number | null;
}

/** What the configuration says of budgets. */
export interface BudgetRules {
  /** In which a day begins at midnight. */
  readonly timeZone: string;
  /** The label of all amounts of money: `EUR`. */
  readonly currency: string;
  /** By the id that the chat network or the configuration uses, by patterns of it, or `default`. */
  readonly limits: Readonly<Record<BudgetScope, Readonly<Record<string, Limit>>>>;
  /** By a model's id; null: unknown, which counts as free. */
  readonly priceOf: (model: string) => Price | null;
}

/** A limit as far as it says something else than the one that it stands for. */
export type LimitChange = Partial<Limit>;

/** A limit that was set while running; it goes before the configuration. `_id` is the holder's scope and id. */
export interface SetLimit extends Document {
  readonly holder: BudgetHolder;
  /** Until it is changed. */
  readonly always: LimitChange;
  /** For one day; goes before `always`. */
  readonly forDay: { readonly day: string; readonly limit: LimitChange } | null;
  readonly setBy: MemberId;
}

export const installationBudget: BudgetHolder = { scope: 'installation', id: 'all' };
export const noLimit: Limit = { tokens: null, money: null };

export const holderKey = ({ scope, id }: BudgetHolder): string => `${scope}:${id}`;

export const isLimited = ({ tokens, money }: Limit): boolean => tokens !== null || money !== null;

/** The limit of a holder on a day: set for the day, else set for good, else as configured. */
export function limitOf(
  holder: BudgetHolder,
  given: {
    readonly rules: BudgetRules;
    readonly set: Pick<SetLimit, 'always' | 'forDay'> | null;
    readonly day: string;
  },
): Limit {
  const { rules, set, day } = given;
  const today = set?.forDay?.day === day ? set.forDay.limit : {};
  return { ...configuredLimit(holder, rules), ...set?.always, ...today };
}

/** An id goes before patterns, the pattern that says most before others, and `default` is for those whom none fits. */
export function configuredLimit({ scope, id }: BudgetHolder, { limits }: BudgetRules): Limit {
  const { default: others = noLimit, ...table } = limits[scope];
  const key = bestFit(scope === 'room' || scope === 'person' ? externalIdOf(id) : id, Object.keys(table));
  return (key === undefined ? undefined : table[key]) ?? others;
}

/** Whether the configuration limits anybody at all. */
export const limitsAnybody = ({ limits }: BudgetRules): boolean =>
  Object.values(limits).some(table => Object.values(table).some(isLimited));

/** The part of a limit that would be passed with `wanted` more, or null when it fits. */
export function passed(limit: Limit, taken: Amount, wanted: Amount): keyof Amount | null {
  if (limit.tokens !== null && taken.tokens + wanted.tokens > limit.tokens) return 'tokens';
  return limit.money !== null && taken.money + wanted.money > limit.money ? 'money' : null;
}

/** How much of a limit is used, 0 to 1 and more; of tokens and money what is more. */
export const shareOf = (used: Amount, limit: Limit): number =>
  Math.max(shareUsed(used.tokens, limit.tokens), shareUsed(used.money, limit.money));

/** Which part of a limit is used most. */
export const tightest = (used: Amount, limit: Limit): keyof Amount =>
  shareUsed(used.money, limit.money) > shareUsed(used.tokens, limit.tokens) ? 'money' : 'tokens';

function shareUsed(used: number, limit: number | null): number {
  if (limit === null) return 0;
  return limit === 0 ? 1 : used / limit;
}
