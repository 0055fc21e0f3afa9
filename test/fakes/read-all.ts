/** Everything that a reading by pages gives, until a page is empty. */
export async function readAll<D>(readPage: (after: D | null) => Promise<D[]>): Promise<D[]> {
  const all: D[] = [];
  for (;;) {
    const page = await readPage(all.at(-1) ?? null);
    if (page.length === 0) return all;
    all.push(...page);
  }
}
