import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { loadConfig } from '../../config/load.ts';
import type { Stored } from '../ports/store.ts';
import type { CliContext } from './context.ts';

interface ExportOptions {
  readonly person?: string;
  readonly all?: boolean;
  readonly out?: string;
}

/** Exit code 2: neither a person nor all of it was asked for. */
export async function runExport(
  context: CliContext,
  { person, all = false, out = '-' }: ExportOptions,
): Promise<number> {
  const { env, cwd, stderr } = context;
  if ((person === undefined) === !all) {
    stderr.write('Say whose data: --person @mara:example.org, or --all.\n');
    return 2;
  }
  const config = await loadConfig({ env, cwd });
  const { exportData } = await context.loadMain();
  const sink = out === '-' ? toOutput(context) : await toFolder(resolve(cwd, out));
  const count = await exportData({ config, env, person: person ?? null, write: sink.write });
  await sink.end();
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

/** One file for each collection; only its owner may read them. */
async function toFolder(folder: string): Promise<Sink> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = new Map<string, WriteStream>();
  return {
    async write({ collection, document }) {
      const file = files.get(collection) ?? createWriteStream(join(folder, `${collection}.jsonl`), { mode: 0o600 });
      files.set(collection, file);
      if (!file.write(`${JSON.stringify(document)}\n`)) await once(file, 'drain');
    },
    async end() {
      for (const file of files.values()) await finished(file.end());
    },
  };
}
