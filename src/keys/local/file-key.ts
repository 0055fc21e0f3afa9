import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ParleyError } from '../../core/errors.ts';
import type { RenewableMasterKey } from '../../ports/keys.ts';
import { step } from '../../telemetry/step.ts';
import { readIfThere, writeFileAtomic } from '../../whole-files.ts';
import { nameOf, newKey, parseKey, unwrapWith, wrapWith } from './key-set.ts';

const heading =
  '# The master key of this Parley; below it, former ones that are still needed. Without it the store can not be read.';

/**
 * A master key in a file of its own: one key a line, the one that wraps first. It is read whenever it is asked, so that all processes
 * see a new one at once. The first `name` or `wrap` makes the file where there is none.
 */
export function fileKey(file: string): RenewableMasterKey {
  async function current(): Promise<Uint8Array> {
    const keys = (await readKeys(file)) ?? (await make(file));
    return keys[0] as Uint8Array;
  }

  return {
    name: async () => nameOf(await current()),
    wrap: async (key, purpose) => wrapWith(await current(), key, purpose),
    async unwrap(wrapped, purpose) {
      const keys = await readKeys(file);
      if (keys === undefined) throw missing(file, wrapped.master);
      return unwrapWith(keys, wrapped, purpose);
    },
    async renew() {
      const former = (await readKeys(file)) ?? [];
      await writeKeys(file, [newKey(), ...former.map(toText)]);
      step('master.renewed');
    },
    async forgetFormer() {
      const [first, ...former] = (await readKeys(file)) ?? [];
      if (first === undefined || former.length === 0) return;
      await writeKeys(file, [toText(first)]);
      step('master.forgotten');
    },
  };
}

const toText = (key: Uint8Array): string => Buffer.from(key).toString('base64');
const textOf = (lines: readonly string[]): string => `${[heading, ...lines].join('\n')}\n`;

async function writeKeys(file: string, lines: readonly string[]): Promise<void> {
  await writeFileAtomic(file, textOf(lines));
  await keepNames(file);
}

/** A loss of power must not bring back the file of before, when keys are wrapped by the new one already. */
async function keepNames(file: string): Promise<void> {
  if (process.platform === 'win32') return;
  await using folder = await open(dirname(file), 'r');
  await folder.sync();
}

/** The keys of the file, at least one; undefined where there is no file. */
async function readKeys(file: string): Promise<readonly Uint8Array[] | undefined> {
  const text = await readIfThere(file).catch((cause: unknown) => {
    throw unreadable(file, cause);
  });
  if (text === undefined) return undefined;
  const lines = text.split('\n').map(line => line.trim());
  const keys = lines.filter(line => line !== '' && !line.startsWith('#')).map(parseKey);
  if (keys.length === 0 || keys.includes(undefined)) throw unreadable(file, undefined);
  return keys as Uint8Array[];
}

/** All of it or nothing; where another process was first, its key counts. */
async function make(file: string): Promise<readonly Uint8Array[]> {
  const part = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(part, textOf([newKey()]), { mode: 0o600, flush: true });
    await chmod(part, 0o600);
    await link(part, file);
    await keepNames(file);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw unreadable(file, cause);
  } finally {
    await rm(part, { force: true });
  }
  step('master.made');
  const keys = await readKeys(file);
  if (keys === undefined) throw unreadable(file, undefined);
  return keys;
}

const unreadable = (file: string, cause: unknown): ParleyError =>
  new ParleyError(
    'KEY_MISSING',
    `The key file ${file} can't be read or made${cause instanceof Error ? ` (${cause.message})` : ': it holds other things than keys'}. ` +
      'Let this user read it, restore it from a backup, or name another with PARLEY_KEY_FILE. Nothing was changed.',
    { cause },
  );

const missing = (file: string, master: string): ParleyError =>
  new ParleyError(
    'KEY_MISSING',
    `The store is sealed with the master key ${master}, and there is no key file ${file}. Restore it from a backup, name it with ` +
      'PARLEY_KEY_FILE, or give the key with PARLEY_MASTER_KEY. Nothing was changed.',
  );
