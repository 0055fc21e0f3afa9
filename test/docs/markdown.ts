import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const skipped = new Set(['node_modules', '.git', '.parley', 'coverage']);

/** Files of the project with one of these endings, by path from its folder. */
export function projectFiles(root: string, endings: readonly string[], folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    if (skipped.has(entry.name) || entry.isSymbolicLink()) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return projectFiles(root, endings, path);
    return endings.some(ending => entry.name.endsWith(ending)) ? [path] : [];
  });
}

/** The cells of all table rows that begin with code: `| \`x\` | y |` gives `['x', 'y']`. */
export function codeRows(markdown: string): string[][] {
  return markdown
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .map(line =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell, index) => (index === 0 ? cell.trim().replaceAll('`', '') : cell.trim())),
    );
}

/** Heading and first line below it, of all headings of the second level. */
export function sections(markdown: string): Record<string, string> {
  const found = markdown.matchAll(/^## (.+)\n+(.+)$/gm);
  return Object.fromEntries([...found].map(([, heading = '', line = '']) => [heading, line]));
}

/** Targets of links, without those in code. */
export function links(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map(match => match[1] ?? '');
}

/** The anchors that a Markdown file has: its headings as GitHub names them. */
export function anchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

export function readProjectFile(root: string, path: string): string {
  return readFileSync(join(root, path), 'utf8');
}
