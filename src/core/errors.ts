/**
 * Every way in which Parley fails on purpose. One line a code; `docs/errors.md` explains each, and a test holds the two together.
 * The text says what the code means; the message of an error says what happened this time and what to do next.
 */
export const errorCodes = {
  CONFIG_INVALID: 'A configuration file or environment variable does not fit the schema.',
  DATA_FOLDER_IN_USE: 'Another Parley already runs in this data folder.',
  NOT_RUNNING: 'No Parley runs there, or it does not answer.',
  HOMESERVER_MISSING: 'No homeserver is configured, and none can be installed here.',
  HOMESERVER_UNREACHABLE: 'The homeserver does not answer.',
  HOMESERVER_START_FAILED: 'The homeserver that Parley starts by itself ended or did not get ready.',
  HOMESERVER_CONFLICT: 'The homeserver in the data folder was made with other settings.',
  CLOCK_OFF: 'The clocks of this machine and of the homeserver differ by more than ten minutes.',
  REGISTRATION_REJECTED: 'The homeserver does not accept the application service registration.',
  BRIDGE_REQUEST_FAILED: 'A chat network refused a request.',
  BRIDGE_FORBIDDEN: 'A chat network says that the agent may not do this.',
  MESSAGE_TOO_LARGE: 'A message is larger than the chat network takes.',
  MODEL_UNREACHABLE: 'The model does not answer, or the connection to it broke.',
  MODEL_TIMEOUT: 'The model took too long, or stopped in the middle of an answer.',
  MODEL_QUOTA: 'The model refuses because a quota or rate limit is used up.',
  MODEL_REJECTED_KEY: 'The model refuses the API key.',
  MODEL_REFUSED: 'The model refuses this request.',
  MODEL_WITHOUT_TOOLS: 'No model of the agent can call tools.',
  MODEL_EMPTY: 'The model answered with nothing.',
  AGENT_REFUSED: 'An agent can’t be made or changed like that.',
  AGENT_CHANGED: 'Somebody else changed the agent at the same time.',
  BUDGET_SPENT: 'A budget of tokens or money does not allow this answer today.',
  TURN_ABANDONED: 'Parley ended several times while it worked on the same answer.',
  TOO_BUSY: 'So much waits that no more messages are taken for the moment.',
  PROCESS_GIVEN_UP: 'The other processes have gone on without this one.',
  STORE_IN_USE: 'Another Parley works with the same database.',
  STORE_TOO_NEW: 'The store was written by a newer Parley.',
  STORE_UNREACHABLE: 'The server of the store does not answer.',
  STORE_REFUSED: 'The server of the store refuses the user, the password, or what Parley has to do.',
  STORE_UNSUITABLE: 'The server of the store is too old.',
  STORE_OF_ANOTHER: 'The store belongs to another installation.',
  STORE_TOO_OLD: 'The documents in the store have to be migrated first.',
  STORE_MOVED: 'The installation was moved to another store.',
  COPY_REFUSED: 'A store can’t be copied there, or the copy is not complete.',
  STORE_FULL: 'The disk of the store is full.',
  STORE_FAILED: 'The store failed to read or write.',
  KEY_MISSING: 'The key that the store is sealed with is not there.',
  KEY_WRONG: 'The key that is there is not the one that the store is sealed with.',
  SEAL_BROKEN: 'A sealed document can’t be opened.',
  DEVICE_TAKEN: 'Another process has gone on with an agent’s keys for encrypted rooms.',
  DEVICE_BROKEN: 'An agent’s keys for encrypted rooms are not whole in the store.',
  ENCRYPTION_FAILED: 'An agent can’t read or write in an encrypted room.',
  DISK_FULL: 'The disk on which a file is written is full.',
  NOT_WRITABLE: 'A file can’t be written where it was to be.',
  BACKUP_EXISTS: 'A backup would be written over another file.',
  BACKUP_BROKEN: 'A file is no whole backup of Parley.',
  BACKUP_TOO_NEW: 'A newer Parley made the backup.',
  BACKUP_LOCKED: 'A backup is encrypted and the passphrase is missing or wrong.',
  RESTORE_REFUSED: 'A backup can’t be restored here, or a restore is not complete.',
  SANDBOX_MISSING: 'There is nothing to run workspaces in.',
  SANDBOX_FULL: 'There are as many workspaces as there may be.',
  WORKSPACE_LOST: 'A workspace ended in the middle of what was done there.',
  WORKSPACE_CLOSED: 'A workspace was removed or archived, or Parley ends.',
  WORKSPACE_OUTSIDE: 'A path leads out of a workspace.',
  WORKSPACE_NO_FILE: 'A file of a workspace is not there, or something else is.',
  WORKSPACE_FULL: 'A workspace may not have that much in it.',
  ADDRESS_REFUSED: 'A host that is asked for is no place of the public internet.',
  SITE_UNREACHABLE: 'A host that is asked for does not answer.',
  SITE_REFUSED: 'A site does not give the page that is asked for, or one that can’t be read.',
  SEARCH_FAILED: 'The search engine refuses, or gives what makes no sense.',
  CODE_HOST_REFUSED: 'A server of repositories refuses what is asked of its API.',
  CODE_HOST_UNREACHABLE: 'The API of a server of repositories does not answer.',
  MCP_UNREACHABLE: 'An MCP server can’t be used now.',
  REDIS_UNREACHABLE: 'Redis does not answer.',
  REDIS_REFUSED: 'Redis does not let Parley in, or not do what it needs.',
  REDIS_OF_ANOTHER: 'Another installation uses the same keys in Redis.',
  REDIS_UNFIT: 'What answers is no Redis, or one that is too old.',
  PORT_IN_USE: 'No free port was found to listen on.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorDetails {
  readonly cause?: unknown;
  /** Whether the same call may go through later. Default: false. */
  readonly retry?: boolean;
  /** Wait at least this long before the next try, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** The one error type of Parley: a code to act on, and a message that says what to do. */
export class ParleyError extends Error {
  readonly code: ErrorCode;
  readonly retry: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.name = 'ParleyError';
    this.code = code;
    this.retry = details.retry ?? false;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** Whether `error` is a ParleyError, with that code if one is given. */
export function isParleyError(error: unknown, code?: ErrorCode): error is ParleyError {
  return error instanceof ParleyError && (code === undefined || error.code === code);
}

/** The first of Parley's own errors among an error and what it was caused by; null where there is none. */
export function parleyErrorIn(error: unknown): ParleyError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (isParleyError(cause)) return cause;
  return null;
}

/** Whether what failed with `error` may go through later and is to be tried again: the store always, anything else where it says so. */
export const mayPass = (error: unknown): boolean =>
  error instanceof ParleyError &&
  (error.retry || error.code.startsWith('STORE') || error.code === 'REGISTRATION_REJECTED');
