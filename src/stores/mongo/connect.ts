import {
  MongoClient,
  type MongoClientOptions,
  MongoCompatibilityError,
  MongoError,
  MongoServerError,
  MongoServerSelectionError,
} from 'mongodb';
import { ParleyError } from '../../core/errors.ts';
import { clientOptions, databaseOf, shownAddress, signsIn } from './address.ts';
import { isUnauthorized, nameOf, storeFailure } from './failure.ts';
import { lacksRights } from './rights.ts';

export interface Connected {
  readonly client: MongoClient;
  readonly database: string;
  /** The server's version: `8.0.4`. */
  readonly version: string;
  /** Whether documents are spread over several servers. */
  readonly sharded: boolean;
}

/**
 * Connects, and looks whether the server is one to work with. Changes nothing. Rejects with `CONFIG_INVALID`, `STORE_UNREACHABLE`,
 * `STORE_REFUSED` or `STORE_UNSUITABLE`.
 */
export async function connect(url: string): Promise<Connected> {
  const shown = shownAddress(url);
  const client = newClient(url);
  const database = databaseOf(url);
  try {
    await client.connect();
    const { version } = await client.db(database).command({ buildInfo: 1 });
    const { msg } = await client.db(database).command({ hello: 1 });
    const status = await client.db(database).command({ connectionStatus: 1, showPrivileges: true });
    const lacking = lacksRights(status, database);
    if (lacking.length > 0) throw noRights(shown, database, `may not ${lacking.join(', ')}`);
    return { client, database, version: String(version), sharded: msg === 'isdbgrid' };
  } catch (error) {
    await client.close().catch(() => undefined);
    throw openingFailure(error, url);
  }
}

/** One that connects when it is first used. Throws `CONFIG_INVALID`. */
export function newClient(url: string, more: MongoClientOptions = {}): MongoClient {
  try {
    databaseOf(url);
    return new MongoClient(url, { ...clientOptions(url), ...more });
  } catch {
    // The driver's words may quote the password.
    throw new ParleyError(
      'CONFIG_INVALID',
      'store.url (MONGODB_URL) is no connection string that MongoDB’s driver takes. It has the form ' +
        'mongodb://user:password@host:27017/database?options; in user and password, signs such as @ : / % are written %40 %3A %2F %25.',
    );
  }
}

const noRights = (shown: string, database: string, what: string): ParleyError =>
  new ParleyError(
    'STORE_REFUSED',
    `The user of the store ${shown} ${what}. Give it the role readWrite on the database ${database}.`,
  );

const refused = (error: unknown, what: string, remedy: string): ParleyError =>
  new ParleyError(
    'STORE_REFUSED',
    `The server of the store ${what} (${nameOf(error)}). ${remedy} in store.url (MONGODB_URL); a user that stands in another database than ` +
      'this one needs ?authSource=admin (or its name) at the end.',
    { cause: error },
  );

/** What went wrong while the store was opened, and what to do. */
export function openingFailure(error: unknown, url: string): unknown {
  if (error instanceof ParleyError) return error;
  const [shown, database] = [shownAddress(url), databaseOf(url)];
  if (isTooOld(error))
    return new ParleyError(
      'STORE_UNSUITABLE',
      `The server of the store ${shown} is too old. Parley needs MongoDB 4.2 or newer, or FerretDB.`,
      { cause: error },
    );
  if ((isUnauthorized(error) || isSignIn(error)) && !signsIn(url))
    return refused(error, `${shown} lets nobody in without a user`, 'Write mongodb://user:password@host/database');
  if (isSignIn(error)) return refused(error, `${shown} does not accept its user and password`, 'Correct them');
  if (isUnauthorized(error)) return noRights(shown, database, 'may not do what Parley needs');
  const failure = storeFailure(error, shown);
  if (!(failure instanceof ParleyError) || !failure.retry || failure.code !== 'STORE_FAILED') return failure;
  return new ParleyError('STORE_UNREACHABLE', `The server of the store ${shown} ${trouble(error)}`, {
    cause: error,
    retry: true,
  });
}

/** What there is of a replica set tells a wrong name of it, and one that elects, from servers that are away. */
function trouble(error: unknown): string {
  const seen = error instanceof MongoServerSelectionError ? error.reason : undefined;
  if (seen?.setName && seen.servers.size === 0)
    return `is no member of the replica set ${seen.setName}. Correct replicaSet in store.url (MONGODB_URL).`;
  if ([...(seen?.servers.values() ?? [])].some(({ type }) => type === 'RSSecondary'))
    return 'has no primary now: most members of the replica set must run, and see each other. Parley can be started when they do.';
  return `does not answer${reason(error)}. Start it, or correct store.url (MONGODB_URL).`;
}

const isTooOld = (error: unknown): boolean =>
  error instanceof MongoCompatibilityError ||
  (error instanceof MongoError && /maximum wire version/.test(`${error.message} ${messageOf(error.cause)}`));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '');

/** AuthenticationFailed, or a way to sign in that the server does not have. */
const isSignIn = (error: unknown): boolean =>
  error instanceof MongoServerError &&
  (error.code === 18 || error.code === 8000 || error.code === 334 || /authenticat/i.test(error.message));

/** The system's word, such as ECONNREFUSED: it tells a wrong port from a wrong name. */
function reason(error: unknown): string {
  const said = messageOf(error);
  const code = /\b(E[A-Z]{4,}|certificate[\w ]*|self.signed[\w ]*)/.exec(said)?.[1];
  return code === undefined ? '' : ` (${code})`;
}
