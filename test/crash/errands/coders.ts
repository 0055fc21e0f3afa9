import { cpSync, globSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from '../../e2e/driver/parley-process.ts';

/** A folder with the agents of `config/agents`, all of which have the tools for code: whoever gets an errand can do it. */
export function codersFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-coders-'));
  cpSync(join(projectFolder, 'config', 'agents'), folder, { recursive: true });
  for (const name of globSync('*.yaml', { cwd: folder })) {
    const file = join(folder, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^kind: \w+$/m, 'kind: code'));
  }
  return folder;
}
