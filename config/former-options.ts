import { invalid, type Where } from './problems.ts';

/** Options of before have a remedy of their own: what to write instead. */
export function refuseFormerOptions(tree: unknown, where: Where): void {
  if (typeof tree !== 'object' || tree === null || !('invites' in tree)) return;
  const { invites } = tree as { readonly invites: unknown };
  const allow = typeof invites === 'object' && invites !== null && 'allow' in invites ? invites.allow : [];
  const patterns = Array.isArray(allow) ? allow.map(String) : [];
  const people = Object.fromEntries(patterns.map(pattern => [pattern, 'user']));
  throw invalid([
    `${where(['invites'], 'key')} invites: who may invite agents is part of access now. Write instead: ` +
      `access: {people: ${JSON.stringify(people)}}`,
  ]);
}
