import { randomBytes } from 'node:crypto';
import { chmod, link, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ParleyError } from '../core/errors.ts';
import { readIfThere } from '../whole-files.ts';

const tokensSchema = z.object({ asToken: z.string().min(1), hsToken: z.string().min(1) });

/** The secrets that Parley and the homeserver know each other by. */
export type Tokens = Readonly<z.infer<typeof tokensSchema>>;

/** Tokens that the operator gave; null where there is none. */
export interface GivenTokens {
  readonly asToken: string | null;
  readonly hsToken: string | null;
}

/** The tokens that were given, or those of the data folder, which are made when they are not there. */
export async function ensureTokens(dataDir: string, given: GivenTokens): Promise<Tokens> {
  const known = await readTokens(dataDir, given);
  if (known !== undefined) return known;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const tokens: Tokens = { asToken: randomToken(), hsToken: randomToken() };
  await createOnce(fileOf(dataDir), `${JSON.stringify(tokens, undefined, 2)}\n`);
  // Another process may have been first; its tokens count then.
  return (await readTokens(dataDir, given)) ?? tokens;
}

/** The same, but undefined where none were given or made yet. Writes nothing. */
export async function readTokens(dataDir: string, given: GivenTokens): Promise<Tokens | undefined> {
  const { asToken, hsToken } = given;
  if (asToken !== null && hsToken !== null) return { asToken, hsToken };
  if (asToken !== null || hsToken !== null) {
    throw new ParleyError(
      'CONFIG_INVALID',
      'Only one of MATRIX_AS_TOKEN and MATRIX_HS_TOKEN is set. Set both as they stand in the registration, or neither.',
    );
  }
  return await readStored(fileOf(dataDir));
}

async function readStored(file: string): Promise<Tokens | undefined> {
  try {
    const text = await readIfThere(file);
    return text === undefined ? undefined : tokensSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ParleyError(
      'CONFIG_INVALID',
      `${file} can't be read. Restore it from a backup, or delete it: then new tokens are made, and the homeserver needs the new ` +
        'registration (npx parley registration).',
      { cause },
    );
  }
}

/** All of it or nothing, and nothing if the file is there already. */
async function createOnce(file: string, text: string): Promise<void> {
  const part = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(part, text, { mode: 0o600, flag: 'wx', flush: true });
    await chmod(part, 0o600);
    await link(part, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(part, { force: true });
  }
}

function fileOf(dataDir: string): string {
  return join(dataDir, 'registration.json');
}

function randomToken(): string {
  return randomBytes(32).toString('base64url');
}
