import { resolve } from 'node:path';
import { loadConfig } from '../../config/load.ts';
import { isEncrypted } from '../backup/age.ts';
import { ParleyError } from '../core/errors.ts';
import type { CliContext } from './context.ts';
import { countLine, totalOf } from './counts.ts';
import { ask, givenPassphrase } from './passphrase.ts';
import { createProgress, type ProgressStep } from './progress.ts';

interface RestoreOptions {
  readonly toTime?: string;
  readonly passphraseFile?: string;
  readonly json?: boolean;
}

const titles = { check: 'Check', write: 'Restore', verify: 'Verify' } as const;

export async function runRestore(
  context: CliContext,
  name: string,
  { toTime, passphraseFile, json = false }: RestoreOptions,
): Promise<number> {
  const { env, cwd, stdout, signal } = context;
  const config = await loadConfig({ env, cwd });
  const file = resolve(cwd, name);
  const time = toTime === undefined ? null : timeIn(toTime);
  const lock = await lockOf(context, file, passphraseFile);
  const progress = createProgress({ output: json ? { write: () => undefined } : stdout, env });
  let step: ProgressStep | null = null;
  const onStep = (at: keyof typeof titles): void => {
    step?.done();
    step = progress.step(titles[at]);
  };
  const { restore } = await context.loadMain();
  const request = { config, env, file, lock, toTime: time, signal, onStep, onProgress: countLine(progress) };
  const summary = await restore(request).catch((error: unknown) => {
    step?.fail();
    throw error;
  });
  (step as ProgressStep | null)?.done(`${totalOf(summary.counts)} documents, as in the backup of ${summary.at}`);
  for (const kept of summary.keptFiles)
    progress.warn(`${kept} in the data folder differs from the backup's, and was kept`);
  if (json) stdout.write(`${JSON.stringify({ file: name, toTime: toTime ?? null, ...summary }, undefined, 2)}\n`);
  else
    stdout.write(
      '\nStart it with npx parley up; it needs the master key of that time (docs/how-to/keys.md). People find their rooms as the homeserver has them.\n',
    );
  return 0;
}

async function lockOf(context: CliContext, file: string, passphraseFile: string | undefined) {
  const encrypted = await isEncrypted(file).catch((cause: unknown) => {
    throw new ParleyError('BACKUP_BROKEN', `${file} can't be read. Name a backup that is there.`, { cause });
  });
  if (!encrypted) return null;
  const passphrase =
    (await givenPassphrase(context, passphraseFile)) ?? (await ask(context, 'Passphrase of the backup: '));
  return { passphrase };
}

function timeIn(text: string): number {
  const time = Date.parse(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time)) return time;
  throw new ParleyError('RESTORE_REFUSED', `--to-time is "${text}". Write a time such as 2026-11-21T07:30:00Z.`);
}
