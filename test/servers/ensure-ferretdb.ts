import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const source = join(import.meta.dirname, 'ferretdb');
const cache = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'parley-test', 'ferretdb');
const run = promisify(execFile);
const ferretdb = 'github.com/FerretDB/FerretDB';
const whereEqual = join('sqlite', 'where_equal.go');

/** The program of `ferretdb/`, built once for each version of its source. Made beside its place and moved there. */
export async function ensureFerretdb(): Promise<string> {
  const place = join(cache, await fingerprint());
  if (existsSync(place)) return place;
  console.log('… mongodb: building FerretDB for the tests, once; this takes a minute or two');
  await mkdir(cache, { recursive: true });
  const making = `${place}.${randomUUID()}`;
  const folder = `${making}.source`;
  try {
    const modfile = await withIndexes(folder);
    await run('go', ['build', '-modfile', modfile, '-o', making, '.'], { cwd: source, timeout: 600_000 });
    await rename(making, place);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return place;
}

/**
 * FerretDB 1 reads a whole collection of its SQLite for each find and each change. A copy of it is made here that looks texts up by
 * its indexes, so that tests with thousands of documents measure Parley; and that can be told to let in one user only (SCRAM), which it
 * does not offer to who embeds it. Gives the module file that uses it.
 */
async function withIndexes(folder: string): Promise<string> {
  await run('go', ['mod', 'download', ferretdb], { cwd: source, timeout: 600_000 });
  const { stdout } = await run('go', ['list', '-m', '-f', '{{.Dir}}', ferretdb], { cwd: source });
  const copy = join(folder, 'FerretDB');
  await cp(stdout.trim(), copy, { recursive: true });
  await run('chmod', ['-R', 'u+w', folder]);
  const backend = join(copy, 'internal', 'backends', 'sqlite');
  await cp(join(source, whereEqual), join(backend, 'where_equal.go'));
  const query = /(\tvar args \[\]any\n)[\s\S]*?(\n\tq \+= whereClause\n)/;
  await change(join(backend, 'collection.go'), query, '$1\twhereClause, args = whereEqual(params.Filter)\n$2');
  // As its indexes write it; otherwise SQLite does not see that there is one.
  await change(join(backend, 'metadata', 'metadata.go'), /(\tIDColumn = DefaultColumn \+ ).*/, '$1`->"_id"`');
  await requireSignIn(copy);
  const modfile = join(folder, 'go.mod');
  const module = await readFile(join(source, 'go.mod'), 'utf8');
  await writeFile(modfile, `${module}\nreplace ${ferretdb} => ${copy}\n`);
  await cp(join(source, 'go.sum'), join(folder, 'go.sum'));
  return modfile;
}

async function requireSignIn(copy: string): Promise<void> {
  const embedded = join(copy, 'ferretdb', 'ferretdb.go');
  await change(embedded, /(\tSQLiteURL string.*\n)/, '$1\n\tUser, Password string\n');
  const user =
    'SetupDatabase: "admin", SetupUsername: config.User, SetupPassword: password.WrapPassword(config.Password),';
  await change(embedded, /(\t\tSQLiteURL: config\.SQLiteURL,\n)/, `$1\t\t${user}\n`);
  await change(embedded, /(\t\t\tBatchSize: .*\n)/, '$1\t\t\tEnableNewAuth: config.User != "",\n');
  await change(embedded, /(\t".*\/util\/state"\n)/, '$1\t"github.com/FerretDB/FerretDB/internal/util/password"\n');
  // Without a user nothing is set up.
  const handler = join(copy, 'internal', 'handler', 'handler.go');
  await change(handler, /if h\.SetupDatabase == ""/, 'if h.SetupUsername == ""');
}

async function change(file: string, what: RegExp, to: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  if (!what.test(text)) throw new Error(`FerretDB has another ${file} than it had; correct ensure-ferretdb.ts.`);
  await writeFile(file, text.replace(what, to));
}

async function fingerprint(): Promise<string> {
  const files = ['main.go', 'gate.go', 'go.mod', 'go.sum', whereEqual].map(name => join(source, name));
  const texts = await Promise.all([...files, import.meta.filename].map(file => readFile(file)));
  return createHash('sha256').update(Buffer.concat(texts)).digest('hex').slice(0, 16);
}
