import { once } from 'node:events';
import { type FileHandle, mkdir, open, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { loadConfig } from '../../config/load.ts';
import { writeFailure } from '../core/write-failure.ts';
import type { Stored } from '../ports/store.ts';
import type { CliContext } from './context.ts';

interface ExportOptions {
  readonly person?: string;
  readonly all?: boolean;
  readonly out?: string;
}

/** Exit code 2: neither a person nor all of it was asked for, or there is something in the folder. */
export async function runExport(
  context: CliContext,
  { person, all = false, out = '-' }: ExportOptions,
): Promise<number> {
  const { env, cwd, stderr } = context;
  if ((person === undefined) === !all) {
    stderr.write('Say whose data: --person @mara:example.org, or --all.\n');
    return 2;
  }
  const folder = out === '-' ? null : resolve(cwd, out);
  if (folder !== null && (await isFilled(folder))) {
    stderr.write(`${out} is not empty, and what is there may be about others. Name another folder.\n`);
    return 2;
  }
  const config = await loadConfig({ env, cwd });
  const { exportData } = await context.loadMain();
  const sink = folder === null ? toOutput(context) : await toFolder(folder);
  const count = await exportData({ config, env, person: person ?? null, write: sink.write }).finally(sink.end);
  stderr.write(`${count} documents${out === '-' ? '' : ` in ${out}`}\n`);
  return 0;
}

interface Sink {
  write(stored: Stored): Promise<void>;
  end(): Promise<void>;
}

/** One line for each document, with its collection. */
function toOutput({ stdout }: CliContext): Sink {
  return {
    async write(stored) {
      const more = stdout.write(`${JSON.stringify(stored)}\n`);
      if (stdout instanceof Writable && more === false) await once(stdout, 'drain');
    },
    end: async () => undefined,
  };
}

const isFilled = (folder: string): Promise<boolean> =>
  readdir(folder).then(
    files => files.length > 0,
    () => false,
  );

/** One file for each collection; only its owner may read them. */
async function toFolder(folder: string): Promise<Sink> {
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch(error => {
    throw writeFailure(error, folder);
  });
  const files = new Map<string, FileHandle>();
  return {
    async write({ collection, document }) {
      try {
        const file = files.get(collection) ?? (await open(join(folder, `${collection}.jsonl`), 'wx', 0o600));
        files.set(collection, file);
        await file.writeFile(`${JSON.stringify(document)}\n`);
      } catch (error) {
        throw writeFailure(error, folder);
      }
    },
    async end() {
      for (const file of files.values()) await file.close();
    },
  };
}
