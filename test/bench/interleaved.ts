/** Before code has run a few times it is interpreted, which says nothing of a process that runs for months. */
const warmUps = 3;

/**
 * Runs each in turn, round after round, so that whatever else the machine does meets all of them; gives the median of each. The first
 * rounds are not counted.
 */
export async function interleaved<Name extends string>(
  rounds: number,
  sides: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(sides) as Name[];
  const seen = Object.fromEntries(names.map(name => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < warmUps + rounds; round += 1) {
    const order = round % 2 === 0 ? names : names.toReversed();
    for (const name of order) {
      const rate = await sides[name]();
      if (round >= warmUps) seen[name].push(rate);
    }
  }
  const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
  return Object.fromEntries(names.map(name => [name, median(seen[name])])) as Record<Name, number>;
}
