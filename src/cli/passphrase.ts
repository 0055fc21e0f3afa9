import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { ParleyError } from '../core/errors.ts';
import type { CliContext } from './context.ts';

const variable = 'PARLEY_BACKUP_PASSPHRASE';
/** Whoever has the file can try as many as they like. */
const shortest = 12;

/** The passphrase of the environment or of a file; null where neither is given. */
export async function givenPassphrase({ env, cwd }: CliContext, file: string | undefined): Promise<string | null> {
  if (file === undefined) return env[variable] || null;
  const text = await readFile(resolve(cwd, file), 'utf8').catch((cause: unknown) => {
    throw new ParleyError('BACKUP_LOCKED', `The passphrase can't be read from ${file}. Name a file that is there.`, {
      cause,
    });
  });
  return text.split(/\r?\n/)[0] || null;
}

/** A passphrase for a new backup, asked for twice where none is given. */
export async function newPassphrase(context: CliContext, file: string | undefined): Promise<string> {
  const given = await givenPassphrase(context, file);
  const passphrase = given ?? (await ask(context, 'Passphrase for the backup: '));
  if (given === null && (await ask(context, 'Once more: ')) !== passphrase)
    throw new ParleyError('BACKUP_LOCKED', 'The two passphrases differ. Nothing was written; try again.');
  if (passphrase.length < shortest)
    throw new ParleyError(
      'BACKUP_LOCKED',
      `The passphrase is short. Take ${shortest} characters or more: several words are easy to keep.`,
    );
  return passphrase;
}

/** Reads a line from the terminal without showing it. */
export async function ask({ stdin, stderr, signal }: CliContext, question: string): Promise<string> {
  if (!('isTTY' in stdin) || stdin.isTTY !== true)
    throw new ParleyError('BACKUP_LOCKED', `A passphrase is needed. Set ${variable}, or give --passphrase-file.`);
  stderr.write(question);
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: hidden, terminal: true });
  try {
    return await new Promise((answered, failed) => {
      lines.once('line', answered);
      lines.once('close', () => failed(new ParleyError('BACKUP_LOCKED', 'No passphrase was given. Nothing was done.')));
      signal.addEventListener('abort', () => failed(signal.reason), { once: true });
    });
  } finally {
    lines.close();
    stderr.write('\n');
  }
}
