import type { Config } from '../../config/load.ts';
import type { ModelConfig } from '../agents/models/model-config.ts';
import { knownTypes } from '../agents/models/model-types.ts';
import { wholeServer } from '../core/access.ts';
import type { Price } from '../core/budget/amount.ts';
import { type BudgetRules, type Limit, noLimit } from '../core/budget/limit.ts';
import { bestFit } from '../core/pattern.ts';

type Budgets = Config['budgets'];
type Configured = NonNullable<Budgets['perDay']>;

/** The rules of budgets, as the configuration says. `models` are those that may answer. */
export function budgetRules(
  budgets: Budgets,
  given: { serverName: string; models: readonly ModelConfig[] },
): BudgetRules {
  const people = Object.entries(budgets.people).map(
    ([pattern, limit]) => [addressOf(pattern.replaceAll('{homeserver}', given.serverName)), limit] as const,
  );
  const prices = new Map(given.models.map(model => [model.id, priceOf(model, budgets.prices)]));
  return {
    timeZone: budgets.timeZone,
    currency: budgets.currency,
    limits: {
      installation: { all: budgets.perDay === null ? noLimit : limitOf(budgets.perDay) },
      agent: table(Object.entries(budgets.agents)),
      room: table(Object.entries(budgets.rooms)),
      person: table(people),
    },
    priceOf: model => prices.get(model) ?? null,
  };
}

const addressOf = (pattern: string): string => (pattern === 'default' ? pattern : wholeServer(pattern));

const table = (limits: readonly (readonly [string, Configured])[]): Readonly<Record<string, Limit>> =>
  Object.fromEntries(limits.map(([key, limit]) => [key, limitOf(limit)]));

function limitOf(configured: Configured): Limit {
  if (typeof configured === 'number') return { tokens: configured, money: null };
  const { tokens = null, money } = configured;
  return { tokens, money: money === undefined ? null : Math.round(money * 1_000_000) };
}

/** By the model's id, its name for people, or its provider's name. */
function priceOf({ id, name, type, model }: ModelConfig, prices: Budgets['prices']): Price | null {
  const patterns = prices.map(price => price.model);
  for (const text of [id, model ?? knownTypes[type].model ?? name, name]) {
    const best = bestFit(text, patterns);
    if (best !== undefined) return prices.find(price => price.model === best) ?? null;
  }
  return null;
}
