import type { Task } from './task.ts';

/** Which task somebody means. */
export type Meant =
  | { readonly task: Task }
  | { readonly problem: 'none' }
  /** The first of them, and whether there are more. */
  | { readonly problem: 'several'; readonly among: readonly Task[]; readonly more: boolean };

const mostNamed = 5;

/**
 * The task that words mean: its number, with # or without; the beginning of its number or title; words of its title. A number that is there
 * goes before those that begin with it, open tasks before those that have ended.
 */
export function meantTask(words: string, tasks: readonly Task[]): Meant {
  const said = fold(unquoted(fold(words)))
    .replace(/^#/u, '')
    .trim();
  if (said === '') return { problem: 'none' };
  const terms = wordsOf(said);
  const exact = tasks.find(({ number }) => String(number) === said);
  if (exact !== undefined) return { task: exact };
  const ways = [
    (task: Task): boolean => fold(task.title) === said,
    (task: Task): boolean => /^\d+$/u.test(said) && String(task.number).startsWith(said),
    (task: Task): boolean => fold(task.title).startsWith(said),
    (task: Task): boolean =>
      terms.length > 0 && terms.every(term => wordsOf(fold(task.title)).some(one => one.startsWith(term))),
  ];
  for (const way of ways) {
    const found = tasks.filter(way);
    const open = found.filter(({ completedAt }) => completedAt === null);
    const meant = open.length > 0 ? open : found;
    const [only] = meant;
    if (only !== undefined && meant.length === 1) return { task: only };
    if (meant.length > 1)
      return { problem: 'several', among: meant.slice(0, mostNamed), more: meant.length > mostNamed };
  }
  return { problem: 'none' };
}

/** A title may stand in quotes. */
const unquoted = (said: string): string => /^["“„'](.+)["”“']$/su.exec(said)?.[1] ?? said;
const fold = (text: string): string => text.normalize('NFKC').toLowerCase().trim();
const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];
