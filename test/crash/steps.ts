import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Their steps are of the keys and not of a conversation: `test/stores/sealed/` kills at each of them. */
const ofKeys = /^src\/(?:stores\/sealed|keys)\//;

/** The steps that Parley marks in its source by `step('…')` on the way of a message, so that the list can't be out of date. */
export function findSteps(projectFolder: string): string[] {
  const all = globSync(['src/**/*.ts', 'bridges/**/*.ts'], { cwd: projectFolder });
  const files = all.filter(file => !ofKeys.test(file));
  const names = files.flatMap(file => stepsIn(readFileSync(join(projectFolder, file), 'utf8')));
  return [...new Set(names)].sort();
}

export function stepsIn(source: string): string[] {
  return [...source.matchAll(/(?<![.\w])step\(\s*'([^']+)'/g)].flatMap(match => match[1] ?? []);
}
