import { BSON, MongoError, MongoNetworkError, MongoServerError, MongoServerSelectionError } from 'mongodb';
import { ParleyError } from '../../core/errors.ts';

/** https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml */
const codes = {
  internal: 1,
  unauthorized: 13,
  authenticationFailed: 18,
  tooLarge: 10334,
  duplicateKey: 11000,
  outOfDiskSpace: 14031,
};

/** The server steps down, shuts down, is interrupted, could not tell in time whether enough members have the write, or does not know. */
const passing = new Set([1, 6, 7, 50, 64, 89, 91, 112, 189, 202, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

const codeOf = (error: unknown): number | null =>
  error instanceof MongoServerError && typeof error.code === 'number' ? error.code : null;

/** FerretDB 1 tells of a key that is taken by an update as of an internal error. */
export const isDuplicate = (error: unknown): boolean =>
  codeOf(error) === codes.duplicateKey ||
  (codeOf(error) === codes.internal && /unique constraint/i.test((error as Error).message));

export const isUnauthorized = (error: unknown): boolean => codeOf(error) === codes.unauthorized;

/** What SQLite says to FerretDB, the system to MongoDB, and Atlas to those who have used up their space. */
const isFull = (error: unknown): boolean =>
  codeOf(error) === codes.outOfDiskSpace ||
  (error instanceof MongoServerError && /disk is full|no space left|space quota/i.test(error.message));

const isTooLarge = (error: unknown): boolean =>
  codeOf(error) === codes.tooLarge ||
  error instanceof BSON.BSONError ||
  (error instanceof RangeError && 'code' in error) ||
  (error instanceof MongoError && /larger than the maximum size/.test(error.message));

/** Whether nothing is wrong but that the server can't be reached now. */
const isAway = (error: unknown): boolean =>
  error instanceof MongoNetworkError ||
  error instanceof MongoServerSelectionError ||
  // The driver's pool or its view of the servers is being made anew.
  (error instanceof MongoError && /Pool|WaitQueue|Timeout|NotConnected|Closed/.test(error.name));

/** What went wrong with a call, and what to do. The server's own words may quote documents, so only its codes are told. */
export function storeFailure(error: unknown, shown: string): unknown {
  if (error instanceof ParleyError || error instanceof TypeError) return error;
  if (isFull(error)) {
    const message = `The disk of the store ${shown} is full, and nothing was written. Free some space there, then try again.`;
    return new ParleyError('STORE_FULL', message, { cause: error, retry: true });
  }
  const { message, retry } = explain(error, shown);
  return new ParleyError('STORE_FAILED', message, { cause: error, retry });
}

function explain(error: unknown, shown: string): { message: string; retry: boolean } {
  const code = codeOf(error);
  if (isAway(error))
    return {
      message: `The store ${shown} did not answer in time, or the connection broke. Parley tries again; look whether the server runs.`,
      retry: true,
    };
  if (isTooLarge(error))
    return {
      message: `A document is too large for the store ${shown}, which takes 16 MiB. It was not written.`,
      retry: false,
    };
  if (code === codes.unauthorized || code === codes.authenticationFailed)
    return {
      message: `The store ${shown} refuses what it is asked for (${nameOf(error)}). Where MONGODB_URL has no user and password, add them; else give the user the role readWrite on that database. Then start Parley again.`,
      retry: false,
    };
  const mayPass = !(error instanceof MongoServerError) || isPassing(error);
  const advice = mayPass ? 'Parley tries again.' : "Look at the server's log.";
  return { message: `The store ${shown} failed to read or write (${nameOf(error)}). ${advice}`, retry: mayPass };
}

/** Any number of members may be behind with a write that is done. */
const isPassing = (error: MongoServerError): boolean =>
  passing.has(Number(error.code)) || error.hasErrorLabel('RetryableWriteError') || /WriteConcern/.test(error.name);

/** `NotWritablePrimary, 10107`. */
export function nameOf(error: unknown): string {
  if (error instanceof MongoServerError) return [error.codeName, error.code].filter(Boolean).join(', ') || error.name;
  return error instanceof Error ? error.name : 'something unknown';
}
