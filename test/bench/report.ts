import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Row } from './result.ts';

const file = join(import.meta.dirname, '..', '..', 'docs', 'benchmarks.md');
const [begin, end] = ['<!-- results: written by npm run bench -->', '<!-- end of results -->'];

const heads = ['', 'What', 'Parley', 'Compared with', 'Ratio', 'Goal', ''];

/** The results as a Markdown table, in columns of even width as the formatter wants them. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(row => [row.key, row.what, row.parley, row.against, row.ratio, row.goal, row.met ? '✓' : '✗']);
  const widths = heads.map((_, column) => Math.max(3, ...[heads, ...lines].map(cells => cells[column]?.length ?? 0)));
  const rules = widths.map(width => '-'.repeat(width));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [heads, rules, ...lines].map(line).join('\n');
}

/** Puts the results between the markers of docs/benchmarks.md. */
export function writeResults(machine: readonly string[], rows: readonly Row[]): void {
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has lost its markers: ${begin} … ${end}`);
  const about = machine.map(line => `- ${line}`).join('\n');
  const results = `\n\n${about}\n\n${table(rows)}\n\n`;
  writeFileSync(file, text.slice(0, from + begin.length) + results + text.slice(to));
}
