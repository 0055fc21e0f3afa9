/** What a person writes for a limit: a number, `none` (no limit), or `default` (as configured). */
export type WrittenAmount = { readonly amount: number | null } | 'default' | null;

const factors: Readonly<Record<string, number>> = { '': 1, k: 1_000, m: 1_000_000 };
/** So that sums stay whole numbers. */
const most = 1_000_000_000_000;

/** Reads `200000`, `200,000`, `200k`, `1.5M`, `none` or `default`; null where it is none of these. */
export function parseAmount(text: string): WrittenAmount {
  const word = text.toLowerCase();
  if (word === 'none') return { amount: null };
  if (word === 'default') return 'default';
  const [, number, factor = ''] = /^(\d{1,3}(?:,\d{3})+|\d{1,15}(?:\.\d{1,6})?)([km]?)$/.exec(word) ?? [];
  if (number === undefined) return null;
  const amount = Number(number.replaceAll(',', '')) * (factors[factor] ?? 1);
  return amount <= most ? { amount } : null;
}
