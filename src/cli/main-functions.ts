import type { Config } from '../../config/load.ts';
import type { BackupRequest, BackupSummary } from '../compose/back-up.ts';
import type { CopyRequest, CopyResult, MigrateRequest, MigrationSummary } from '../compose/move-store.ts';
import type { RestoreRequest, RestoreSummary } from '../compose/restore.ts';
import type { Agent } from '../core/agent.ts';
import type { DataKey, SealingPass } from '../core/data-key.ts';
import type { DeadLetter } from '../core/dead-letter.ts';
import type { ForgetPass } from '../orchestrator/people/forget-person.ts';
import type { ModelHealth } from '../ports/agent-runtime.ts';
import type { Log } from '../ports/log.ts';
import type { SandboxHealth } from '../ports/sandbox.ts';
import type { Stored } from '../ports/store.ts';
import type { Progress } from './progress.ts';

/** What the commands know of the installation. */
export interface Given {
  readonly config: Config;
  /** With what `.env` adds. */
  readonly env: NodeJS.ProcessEnv;
}

/** A conversation with one agent in the terminal. */
export interface TerminalChat {
  readonly agent: Pick<Agent, '_id' | 'name' | 'description'>;
  /** Which model answers, for the first line. */
  readonly model: string;
  /** Says something, and gives the whole text so far of each message that comes back, until all is said. */
  say(text: string, signal: AbortSignal): AsyncIterable<Utterance>;
  close(): Promise<void>;
}

export interface Utterance {
  /** The same for every state of one message. */
  readonly id: string;
  readonly from: string;
  readonly text: string;
  readonly complete: boolean;
}

export interface RotateOptions extends Given {
  readonly master: boolean;
  readonly onPage: (pass: SealingPass) => void;
  readonly signal: AbortSignal;
}

export interface RotatedKeys {
  /** The key in use now. */
  readonly key: DataKey;
  /** The name of the master key, where it was renewed. */
  readonly master: string | null;
  /** Whether all documents have been looked at. */
  readonly ended: boolean;
  /** How many former keys are still there. */
  readonly former: number;
}

/** What an installation in containers is to be like. */
export interface ContainerWishes {
  /** The folder with a folder for each service; each may be a volume. */
  readonly folder: string;
  readonly serverName: string;
  /** Where people's clients reach the homeserver. */
  readonly homeserver: string;
  /** Where people find a client. */
  readonly client: string;
  /** The user id of the first person; null: `@person:…`. */
  readonly owner: string | null;
}

/** The first person of an installation in containers. */
export interface ContainerAccount {
  readonly client: string;
  readonly homeserver: string;
  readonly userId: string;
  /** Whether the account was made just now. */
  readonly isNew: boolean;
}

/** How the image of workspaces is built. */
export interface BuildWishes {
  /** Another base than the usual one; null: that. */
  readonly base: string | null;
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/** One dead letter, or all, or all of a group. */
export type LetterChoice = { readonly id: string } | { readonly group: string | null };

export interface ListLettersOptions extends Given {
  readonly group: string | null;
  /** The letter that a former page ended with. */
  readonly after: string | null;
  /** 1 to 1,000. */
  readonly limit: number;
}

/** What an agent has seen when a person verified it. */
export interface Verification {
  readonly agent: Agent;
  /** The person's user id. */
  readonly with: string;
  readonly emoji: readonly { readonly symbol: string; readonly name: string }[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What an MCP server says when it is asked for its tools. */
export interface McpHealth {
  readonly name: string;
  /** Its tools; null: it was not asked, or `why` it has not told them. */
  readonly tools: readonly string[] | null;
  readonly why: string | null;
  /** What the configuration names, and it does not have. */
  readonly unknown: readonly string[];
  /**
   * The program of one that is a command in workspaces; `there`: whether their image has it, null where that is not known. Null: it is asked at an address.
   */
  readonly program: { readonly name: string; readonly image: string; readonly there: boolean | null } | null;
}

/** What `main.ts` does for the commands. It is loaded when a command needs it, as it brings all SDKs along. */
export interface Main {
  /** Runs until `signal` is aborted, and then until what was begun is done. */
  up(options: Given & { readonly progress: Progress; readonly log: Log; readonly signal: AbortSignal }): Promise<void>;
  /** The registration for the homeserver, as YAML. */
  registration(options: Given): Promise<string>;
  /** All agents: those of the configuration, with what the store knows of them. Starts and changes nothing. */
  listAgents(options: Given): Promise<readonly Agent[]>;
  /**
   * The emoji of the last verification of each agent that was verified lately, or of the one of this id or name. Changes nothing. Rejects with
   * `CONFIG_INVALID` where nobody is called that.
   */
  listVerifications(options: Given & { readonly wanted: string | null }): Promise<readonly Verification[]>;
  /** Every model that is there, and those that agents name and that are not. */
  describeModels(options: Given & { readonly signal: AbortSignal }): Promise<readonly ModelHealth[]>;
  /** One line on the store, or null where there is none yet. Rejects with `STORE_*`. */
  describeStore(options: Given): Promise<string | null>;
  /** One line on Redis with what to do about it, or null where none is configured. Rejects with `REDIS_*`. */
  describeRedis(options: Given): Promise<{ readonly detail: string; readonly warnings: readonly string[] } | null>;
  /** How the place is in which the commands of tasks run; null where none is wanted. */
  describeSandbox(options: Given & { readonly signal: AbortSignal }): Promise<SandboxHealth | null>;
  /** Logs in to the mail server and sends nothing; null where none is configured. `why` is null where it takes mail. */
  describeMail(
    options: Given & { readonly signal: AbortSignal },
  ): Promise<{ readonly where: string; readonly why: string | null } | null>;
  /**
   * Searches for one word, as agents search the web; null where nothing is searched. `why` is null where something came back; `lasts`: it will not pass
   * by itself.
   */
  describeSearch(
    options: Given & { readonly signal: AbortSignal },
  ): Promise<{ readonly engine: string; readonly why: string | null; readonly lasts: boolean } | null>;
  /** The MCP servers of the configuration. Those that are commands in workspaces are not asked; it is looked whether their programs are there. */
  describeMcp(options: Given & { readonly signal: AbortSignal }): Promise<readonly McpHealth[]>;
  /** Builds Parley's image of workspaces on the engine that is configured, whichever image is named there. Gives its name. Rejects with `SANDBOX_MISSING`. */
  buildSandbox(options: Given & BuildWishes): Promise<string>;
  /** The keys that the store is sealed with, the newest first; null where there is no store yet. Needs no master key. */
  listKeys(options: Given): Promise<readonly DataKey[] | null>;
  /**
   * Makes a new key and seals all documents with it, and wraps all keys by a new master key where `master` says so. `onPage` hears how far
   * it is. Ended by `signal`, a running Parley goes on with it. Null where there is no store yet.
   */
  rotateKeys(options: RotateOptions): Promise<RotatedKeys | null>;
  /** Copies the installation, also while it runs. */
  backUp(options: Given & Omit<BackupRequest, 'dataDir' | 'serverName' | 'now'>): Promise<BackupSummary>;
  /** Fills an empty installation from a backup. */
  restore(options: Given & Omit<RestoreRequest, 'dataDir' | 'serverName'>): Promise<RestoreSummary>;
  /** Events that subscribers could not handle, the oldest first; null where `after` is not there. */
  listDeadLetters(options: ListLettersOptions): Promise<readonly DeadLetter[] | null>;
  /** Has them tried again by a running Parley, or deletes them. Gives how many. */
  changeDeadLetters(
    options: Given & { readonly choice: LetterChoice; readonly verb: 'retry' | 'drop' },
  ): Promise<number>;
  /** Gives what is stored about a person (an address), or all of it, document by document; tells how many there were. */
  exportData(
    options: Given & { readonly person: string | null; readonly write: (stored: Stored) => Promise<void> },
  ): Promise<number>;
  /** Takes out what is stored about a person (an address); `isTrial` only counts. */
  forgetPerson(
    options: Given & { readonly person: string; readonly isTrial: boolean; readonly signal: AbortSignal },
  ): Promise<ForgetPass>;
  /** Moves an installation from one store to another, also while it runs, and compares both. */
  copy(request: Given & CopyRequest): Promise<CopyResult>;
  /** Says what brings the documents to the version of this Parley, and does it where asked; null where there is no store yet. */
  migrate(request: Given & MigrateRequest): Promise<MigrationSummary | null>;
  /** Makes the secrets and the homeserver's files of an installation in containers, where they are missing. */
  prepareContainers(wishes: ContainerWishes): Promise<void>;
  /** Makes the first person's account at the homeserver that was prepared there, where it is missing. */
  makeContainerAccount(options: { readonly folder: string }): Promise<ContainerAccount>;
  openChat(
    options: Given & { readonly agent: string | null; readonly log: Log; readonly signal: AbortSignal },
  ): Promise<TerminalChat>;
}
