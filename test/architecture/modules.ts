import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** A source file as the rules see it. Paths are from the project's folder, with slashes. */
export interface Module {
  readonly path: string;
  /** `src/core/ids.ts` for a file of ours, `npm:zod`, or `node:fs`. */
  readonly imports: readonly string[];
  readonly text: string;
}

/** All TypeScript files below these folders. */
export function readModules(root: string, folders: readonly string[]): Module[] {
  return folders
    .flatMap(folder => filesBelow(root, folder))
    .map(path => moduleOf(path, readFileSync(join(root, path), 'utf8')));
}

export function moduleOf(path: string, text: string): Module {
  return { path, imports: specifiersOf(text).map(specifier => resolved(path, specifier)), text };
}

/** What a file imports: statically, as types, by `import()`, or to export it again. */
export function specifiersOf(text: string): string[] {
  const code = withoutComments(text);
  const statics = code.matchAll(/^\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/gm);
  const dynamics = code.matchAll(/\bimport\s*\(\s*(?:\/\*.*?\*\/\s*)?['"`]([^'"`]+)['"`]/g);
  return [...new Set([...statics, ...dynamics].map(match => match[1] ?? ''))];
}

/** Only comments that begin a line, as a glob in a string may hold the same characters. */
function withoutComments(text: string): string {
  return text.replace(/^\s*\/\*[\s\S]*?\*\//gm, '').replace(/^\s*\/\/.*$/gm, '');
}

function resolved(from: string, specifier: string): string {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  if (specifier.startsWith('node:')) return specifier;
  const [scope = '', name = ''] = specifier.split('/');
  return `npm:${scope.startsWith('@') ? `${scope}/${name}` : scope}`;
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry => posix.join(entry.parentPath.slice(root.length + 1), entry.name))
    .sort();
}
