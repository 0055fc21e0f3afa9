import type { AgentId } from '../core/ids.ts';
import type { Grant } from './sandbox-network.ts';
import type { WorkspaceFiles } from './workspace-files.ts';

/** Whose workspace it is. `task` is made of letters, digits, `.`, `_` and `-`, begins with a letter or digit, and has at most 64 characters. */
export interface WorkspaceKey {
  readonly agent: AgentId;
  readonly task: string;
}

export interface Command {
  /** The program and its arguments, as they are: no shell reads them. */
  readonly argv: readonly [string, ...string[]];
  /** Where it runs, from the workspace's folder. Default: that folder. */
  readonly folder?: string;
  /** Added to the environment, which holds nothing of Parley's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it reads; then its input ends. */
  readonly input?: string | Uint8Array;
}

export interface Output {
  readonly from: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}

export interface RunOptions {
  /** Aborting it kills the command with all that it started. */
  readonly signal: AbortSignal;
  /** Milliseconds until it is killed. At most, and by default, `WorkspaceLimits.commandMs`. */
  readonly timeoutMs?: number;
  /** Bytes of each stream that are given back, and told to `onOutput`. At most, and by default, `WorkspaceLimits.outputBytes`. */
  readonly outputBytes?: number;
  /** What it prints, while it runs: the first half of `outputBytes` of each stream. Must not throw. */
  readonly onOutput?: (output: Output) => void;
}

/** What a command printed on one stream. */
export interface Printed {
  /** All of it; of a long one the beginning and the end, with a line between them that says how much is left out. */
  readonly text: string;
  /** How much it was. */
  readonly bytes: number;
  /** The file of the workspace that has all of it, as far as files may be long; null where `text` has it. */
  readonly file: string | null;
}

/** How a command ended. What is in it comes from inside: it is to be shown and judged, and gives nobody any right. */
export interface Ended {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  /** `SIGKILL`, `SIGSEGV`, …; null where it ended by itself. */
  readonly signal: string | null;
  /** Why it was killed from outside; null where it was not. `disk`: the workspace had more in it than it may. */
  readonly killed: 'time' | 'disk' | 'memory' | null;
  readonly stdout: Printed;
  readonly stderr: Printed;
  readonly durationMs: number;
}

/** What a workspace may use. Sizes in bytes. */
export interface WorkspaceLimits {
  readonly memoryBytes: number;
  /** Of all its files. */
  readonly diskBytes: number;
  /** In cores: 1.5 is one and a half. */
  readonly cpus: number;
  readonly processes: number;
  /** The longest time of one command, in milliseconds. */
  readonly commandMs: number;
  /** The most that is given back of each stream of a command. */
  readonly outputBytes: number;
  /** The most that is read or written of a file in one call. */
  readonly fileBytes: number;
  /** Commands that run at the same time; a further one waits. */
  readonly commands: number;
}

/**
 * The files of an agent for a task, and a place apart from everything else in which commands work on them: no other files, no network but what
 * was granted, no rights, nothing of Parley's. `venv`, `src`, `output` and `research` are folders in it, `README.md` is its notes.
 *
 * It need not be running: it starts (thaws) with the first call that needs it, and stops by itself when nothing was done for a while. Its
 * files outlive that, a restart of Parley, and the end of whatever it runs in; what a command started outlives nothing, not even its command.
 *
 * Errors of all calls: `SANDBOX_MISSING` (nothing to run it in, so the call was not begun; the message says what to do), `SANDBOX_FULL` (too many; `retry`),
 * `WORKSPACE_LOST` (it ended in the middle: what was done is unknown; `retry`), `WORKSPACE_CLOSED` (removed, or the sandbox is closed).
 */
export interface Workspace {
  readonly key: WorkspaceKey;
  readonly limits: WorkspaceLimits;
  readonly files: WorkspaceFiles;
  /**
   * Runs a command, and ends when nothing of it runs any more. A command that fails is no error. A program that is not there ends with exit code 127,
   * and its stderr says so. Rejects with the reason of `signal` when it is aborted: then, too, nothing of it runs any more.
   */
  run(command: Command, options: RunOptions): Promise<Ended>;
  /** What commands may reach from now on, instead of what was granted before. Connections to what is not granted any more are cut. */
  grant(grants: readonly Grant[]): Promise<void>;
  /** Ends all that runs there, and keeps the files. May be repeated. */
  stop(): Promise<void>;
}

export interface OpenOptions {
  /** What commands may reach. Default: nothing. */
  readonly grants?: readonly Grant[];
  readonly signal?: AbortSignal;
}

/** Where workspaces are. */
export interface Sandbox {
  /** What it is and whether it can work, for the start-up line and `npx parley check`. Never rejects but for the signal. */
  describe(signal: AbortSignal): Promise<SandboxHealth>;
  /**
   * The workspace, running. The same one for the same key: made when there is none, taken out of its archive when it was archived. Whoever had it
   * before, in this process or another, has lost it: one process works on a task.
   */
  open(key: WorkspaceKey, options?: OpenOptions): Promise<Workspace>;
  /** All that have files, archived or not, in no order. */
  list(): Promise<readonly KeptWorkspace[]>;
  /** Stops it and packs its files, without `venv`, which can be made again. May be repeated; true where there is one. */
  archive(key: WorkspaceKey): Promise<boolean>;
  /** Stops it and deletes all that is kept of it, its archive as well. May be repeated; true where there was one. */
  remove(key: WorkspaceKey): Promise<boolean>;
  /**
   * Ends what no living process of Parley holds, and deletes what is left of it; no files of a workspace. For the start, and a sweep. Gives how
   * many it ended.
   */
  reap(): Promise<number>;
  /** Stops everything; the files stay. May be repeated. */
  close(): Promise<void>;
}

export interface KeptWorkspace {
  readonly key: WorkspaceKey;
  readonly state: 'running' | 'stopped' | 'archived';
  /** Milliseconds since 1970. */
  readonly lastUsed: number;
}

export interface SandboxHealth {
  readonly ok: boolean;
  /** `Docker 28.2 with the image parley-workspace`, or what is wrong. */
  readonly detail: string;
  /** What to do; null where all is well. */
  readonly remedy: string | null;
}
