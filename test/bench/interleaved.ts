/** Runs each in turn, round after round, so that whatever else the machine does meets all of them; gives the median of each. */
export async function interleaved<Name extends string>(
  rounds: number,
  sides: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(sides) as Name[];
  const seen = Object.fromEntries(names.map(name => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? names : names.toReversed();
    for (const name of order) seen[name].push(await sides[name]());
  }
  const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
  return Object.fromEntries(names.map(name => [name, median(seen[name])])) as Record<Name, number>;
}
