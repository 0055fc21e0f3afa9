import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Their steps are of keys and tasks, not of a conversation; they have tests of their own, which kill at each of them. */
const ofOthers = /^(?:src\/(?:stores\/sealed|keys|tasks|orchestrator\/tasks)|bridges\/matrix\/crypto)\//;
const ofKeys = /^bridges\/matrix\/crypto\//;
const ofTasks = /^src\/(?:tasks|orchestrator\/tasks)\//;

/** The steps that Parley marks in its source by `step('…')` on the way of a message, so that the list can't be out of date. */
export const findSteps = (projectFolder: string): string[] => stepsOf(projectFolder, file => !ofOthers.test(file));

/** Those on the way of a message in an encrypted room: what is done with the keys is among them. */
export const findEncryptedSteps = (projectFolder: string): string[] =>
  stepsOf(projectFolder, file => !ofOthers.test(file) || ofKeys.test(file));

/** Those on the way of a task. */
export const findTaskSteps = (projectFolder: string): string[] => stepsOf(projectFolder, file => ofTasks.test(file));

function stepsOf(projectFolder: string, isMeant: (file: string) => boolean): string[] {
  const files = globSync(['src/**/*.ts', 'bridges/**/*.ts'], { cwd: projectFolder }).filter(isMeant);
  const names = files.flatMap(file => stepsIn(readFileSync(join(projectFolder, file), 'utf8')));
  return [...new Set(names)].sort();
}

export function stepsIn(source: string): string[] {
  return [...source.matchAll(/(?<![.\w])step\(\s*'([^']+)'/g)].flatMap(match => match[1] ?? []);
}
