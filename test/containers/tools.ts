import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const run = promisify(execFile);
export const projectFolder = join(import.meta.dirname, '..', '..');
const cache = join(projectFolder, 'node_modules', '.cache', 'parley-test', 'containers');
/** The first one that knows `env_file` with `required`. */
const oldestCompose = [2, 24] as const;
const minutes = 60_000;

/** Something that is made once, in a folder of its own beside its place, and moved there; two runs may make it at once. Gives its place. */
export async function madeOnce(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const place = join(cache, name);
  if (existsSync(place)) return place;
  console.log(`… docker: making ${name} for the tests, once; this takes some minutes`);
  const making = `${place}.${randomUUID()}`;
  await mkdir(making, { recursive: true });
  try {
    await make(making);
    await rename(making, place).catch(error => {
      // Another run has made it meanwhile.
      if (!existsSync(place)) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return place;
}

/** The words that begin a Compose command: of the machine, or one that is built from its source. */
export async function ensureCompose(): Promise<readonly [string, ...string[]]> {
  for (const words of [['docker', 'compose'], ['docker-compose']] as const) {
    const [file, ...args] = words;
    const answer = await run(file, [...args, 'version', '--short']).catch(() => undefined);
    if (answer !== undefined && isNewEnough(answer.stdout)) return words;
  }
  const mod = join(import.meta.dirname, 'compose-cli', 'go.mod');
  const version = /compose\/v2 v(\S+)/.exec(await readFile(mod, 'utf8'))?.[1] ?? '';
  const place = await madeOnce(`compose-${version}`, async folder => {
    await run('cp', [mod, folder]);
    const go = { cwd: folder, timeout: 20 * minutes };
    await run('go', ['get', `github.com/docker/compose/v2/cmd@v${version}`], go);
    await run('go', ['build', '-o', 'docker-compose', 'github.com/docker/compose/v2/cmd'], go);
  });
  return [join(place, 'docker-compose')];
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.trim().replace(/^v/, '').split('.').map(Number);
  return major > oldestCompose[0] || (major === oldestCompose[0] && minor >= oldestCompose[1]);
}
