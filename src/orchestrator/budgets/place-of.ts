import type { BudgetHolder, Limit } from '../../core/budget/limit.ts';
import type { BudgetPlace } from '../../core/budget/wording.ts';
import type { AgentId } from '../../core/ids.ts';
import { whoMay } from '../commands/usage.ts';
import type { Installation } from '../installation.ts';

/** What has to be known of a budget to tell people of it. */
export const placeOf = (
  { agents, settings }: Pick<Installation, 'agents' | 'settings'>,
  { holder, limit }: { readonly holder: BudgetHolder; readonly limit: Limit },
): BudgetPlace => ({
  holder,
  limit,
  rules: settings.budgets,
  nameOf: agent => agents.get(agent as AgentId)?.name ?? agent,
  whoMay: whoMay('budgets', settings.access),
  prefix: settings.commandPrefix,
});
