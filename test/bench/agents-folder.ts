import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** The ids of so many agents: `n00001`, … */
export const agentIds = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `n${String(index + 1).padStart(5, '0')}`);

/** A new folder with the files of so many agents, each as long as a person might write it. */
export function agentsFolder(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-agents-'));
  for (const id of agentIds(count)) {
    const agent = {
      id,
      name: id.toUpperCase(),
      description: `Answers questions of kind ${id}.`,
      instructions: `You are ${id.toUpperCase()}, one of many. You answer in one sentence, and say so when you do not know.\n`,
      skills: [`kind ${id}`, 'questions, answers'],
    };
    writeFileSync(join(folder, `${id}.yaml`), stringify(agent));
  }
  return folder;
}
