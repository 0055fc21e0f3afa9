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

/** What one run measured, and on what. */
interface Run {
  readonly machine: readonly string[];
  readonly rows: readonly Row[];
}

/** The results of several runs as they stand in the page, with those of one more: what it measured is not kept of the runs before. */
export function mergeResults(before: string, machine: readonly string[], rows: readonly Row[]): string {
  const measured = new Set(rows.map(({ key }) => key));
  const kept = readRuns(before)
    .map(run => ({ ...run, rows: run.rows.filter(({ key }) => !measured.has(key)) }))
    .filter(run => run.rows.length > 0);
  return [...kept, { machine, rows }].map(runText).join('\n\n');
}

const runText = ({ machine, rows }: Run): string => `${machine.map(line => `- ${line}`).join('\n')}\n\n${table(rows)}`;

/** Reads what `mergeResults` gave. */
function readRuns(text: string): Run[] {
  const parts = text
    .trim()
    .split('\n\n')
    .filter(part => part !== '');
  return parts.flatMap((part, at) =>
    part.startsWith('- ')
      ? [{ machine: part.split('\n').map(line => line.slice(2)), rows: readRows(parts[at + 1] ?? '') }]
      : [],
  );
}

const readRows = (text: string): Row[] =>
  text
    .split('\n')
    .slice(2)
    .map(line => line.split('|').map(cell => cell.trim()))
    .map(([, key = '', what = '', parley = '', against = '', ratio = '', goal = '', met]) => {
      return { key, what, parley, against, ratio, goal, met: met === '✓' };
    });

/** Puts the results between the markers of docs/benchmarks.md. */
export function writeResults(machine: readonly string[], rows: readonly Row[]): void {
  const text = readFileSync(file, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${file} has lost its markers: ${begin} … ${end}`);
  const inner = mergeResults(text.slice(from + begin.length, to), machine, rows);
  writeFileSync(file, `${text.slice(0, from + begin.length)}\n\n${inner}\n\n${text.slice(to)}`);
}
