import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The steps that Parley marks in its source by `step('…')`, so that the list can't be out of date. */
export function findSteps(projectFolder: string): string[] {
  const files = globSync(['src/**/*.ts', 'bridges/**/*.ts'], { cwd: projectFolder });
  const names = files.flatMap(file => stepsIn(readFileSync(join(projectFolder, file), 'utf8')));
  return [...new Set(names)].sort();
}

export function stepsIn(source: string): string[] {
  return [...source.matchAll(/(?<![.\w])step\(\s*'([^']+)'/g)].flatMap(match => match[1] ?? []);
}
