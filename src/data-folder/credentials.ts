import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { ParleyError } from '../core/errors.ts';
import { readIfThere, writeFileAtomic } from '../whole-files.ts';

const schema = z.object({
  homeserver: z.string(),
  serverName: z.string(),
  /** The person that the first rooms are for; null on a homeserver of one's own where no owner is named. */
  userId: z.string().nullable(),
  /** Null where the account is not ours. */
  password: z.string().nullable(),
  agents: z.array(z.string()),
  lobby: z.string().nullable(),
});

/** Where a person signs in: `credentials.json` of the data folder. */
export type Credentials = Readonly<z.infer<typeof schema>>;

const fileIn = (dataDir: string): string => join(dataDir, 'credentials.json');

/** What the last start wrote; null before the first one. */
export async function readCredentials(dataDir: string): Promise<Credentials | null> {
  const text = await readIfThere(fileIn(dataDir)).catch((error: unknown) => {
    throw unreadable(dataDir, error);
  });
  if (text === undefined) return null;
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw unreadable(dataDir, parsed.error);
}

const unreadable = (dataDir: string, cause: unknown): ParleyError =>
  new ParleyError(
    'CONFIG_INVALID',
    `${fileIn(dataDir)} can't be read, and the password in it is nowhere else. Restore it from a backup, or delete it and reset the password on the homeserver.`,
    { cause },
  );

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Writes the whole file or nothing; mode 0600. */
export async function writeCredentials(dataDir: string, credentials: Credentials): Promise<void> {
  await writeFileAtomic(fileIn(dataDir), `${JSON.stringify(credentials, undefined, 2)}\n`);
}

/** Without those that look alike, and without signs that are hard to find, or that a double click stops at. */
const letters = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const passwordLength = 20;

/** A password that a person can type. */
export const newPassword = (): string =>
  Array.from({ length: passwordLength }, () => letters[randomInt(letters.length)]).join('');
