/**
 * Names that differ: the second `plot.png` is `plot-2.png`, and so on. The first of a name keeps it, and names that come later change none that were
 * given before.
 */
export function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map(name => {
    const given = freeName(name, taken);
    taken.add(given);
    return given;
  });
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  const dot = name.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  for (let nth = 2; ; nth += 1) {
    const next = `${stem}-${nth}${ending}`;
    if (!taken.has(next)) return next;
  }
}
