import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const source = join(import.meta.dirname, 'ferretdb');
const cache = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'parley-test', 'ferretdb');
const run = promisify(execFile);

/** The program of `ferretdb/`, built once for each version of its source. Made beside its place and moved there. */
export async function ensureFerretdb(): Promise<string> {
  const place = join(cache, await fingerprint());
  if (existsSync(place)) return place;
  console.log('… mongodb: building FerretDB for the tests, once; this takes a minute or two');
  await mkdir(cache, { recursive: true });
  const making = `${place}.${randomUUID()}`;
  await run('go', ['build', '-o', making, '.'], { cwd: source, timeout: 600_000 });
  await rename(making, place);
  return place;
}

async function fingerprint(): Promise<string> {
  const files = await Promise.all(['main.go', 'gate.go', 'go.mod', 'go.sum'].map(name => readFile(join(source, name))));
  return createHash('sha256').update(Buffer.concat(files)).digest('hex').slice(0, 16);
}
