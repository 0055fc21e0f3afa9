import { resolve } from 'node:path';
import { Writable } from 'node:stream';
import { loadConfig } from '../../config/load.ts';
import type { Lock } from '../backup/age.ts';
import type { CliContext } from './context.ts';
import { countLine, totalOf } from './counts.ts';
import type { Output } from './output.ts';
import { newPassphrase } from './passphrase.ts';
import { createProgress } from './progress.ts';

interface BackupOptions {
  readonly encrypt?: boolean;
  readonly passphraseFile?: string;
  readonly json?: boolean;
}

export async function runBackup(
  context: CliContext,
  file: string | undefined,
  { encrypt = false, passphraseFile, json = false }: BackupOptions,
): Promise<number> {
  const { env, cwd, stdout, stderr, signal } = context;
  const config = await loadConfig({ env, cwd });
  const lock: Lock | null = encrypt ? { passphrase: await newPassphrase(context, passphraseFile) } : null;
  const name = file ?? `parley-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}Z.backup`;
  const told = name === '-' ? stderr : stdout;
  const progress = createProgress({ output: json ? { write: () => undefined } : told, env });
  if (lock === null)
    stderr.write(
      'Not encrypted: by the tokens in it, whoever reads this file can act as every agent. Keep it safe, or use --encrypt.\n',
    );
  const step = progress.step('Backup');
  const to = name === '-' ? bytesTo(stdout) : resolve(cwd, name);
  const { backUp } = await context.loadMain();
  const summary = await backUp({ config, env, to, lock, signal, onProgress: countLine(progress) }).catch(failed(step));
  step.done(`${totalOf(summary.counts)} documents → ${name === '-' ? 'standard output' : name}`);
  if (json) told.write(`${JSON.stringify({ file: name, ...summary }, undefined, 2)}\n`);
  return 0;
}

const failed =
  (step: { fail(): void }) =>
  (error: unknown): never => {
    step.fail();
    throw error;
  };

/** Standard output stays open for whatever comes after. */
const bytesTo = (output: Output): Writable =>
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (!(output instanceof Writable)) {
        output.write(chunk.toString('latin1'));
        done();
      } else if (output.write(chunk)) done();
      else output.once('drain', done);
    },
  });
