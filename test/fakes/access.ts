import type { AccessRules, Role } from '../../src/core/access.ts';

const needs = {
  invite: 'user',
  command: 'user',
  floor: 'admin',
  agents: 'admin',
  budgets: 'admin',
  approve: 'admin',
} as const;

/** Rules by which everybody has this role, but for those who are named: `{ '@eve': 'none' }`. */
export const everybodyIs = (others: Role, people: Readonly<Record<string, Role>> = {}): AccessRules => ({
  people,
  others,
  needs,
});
