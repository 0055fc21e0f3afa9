/** Whether a text fits a pattern, in which `*` stands for any characters. Without a regular expression: patterns of many stars would take for ever. */
export function fits(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === pattern;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

/** Of the patterns that a text fits the one that says most (the most characters besides `*`), the text itself before all; or undefined. */
export function bestFit(text: string, patterns: readonly string[]): string | undefined {
  if (patterns.includes(text)) return text;
  const said = (pattern: string): number => pattern.replaceAll('*', '').length;
  return patterns
    .filter(pattern => fits(text, pattern))
    .reduce<string | undefined>(
      (best, pattern) => (best !== undefined && said(best) >= said(pattern) ? best : pattern),
      undefined,
    );
}
