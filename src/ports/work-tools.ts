import type { Agent } from '../core/agent.ts';
import type { TaskId } from '../core/ids.ts';
import type { Stage } from '../core/tasks/task.ts';
import type { Post } from './mail.ts';
import type { Command, Ended, RunOptions } from './sandbox.ts';
import type { Tool } from './tool.ts';

/** Where an agent works: for which task, and in which stage of it. */
export interface WorkPlace {
  readonly agent: Agent;
  readonly task: TaskId;
  /** The task's number, as people know it. */
  readonly number: number;
  readonly stage: Stage;
  /** Whether the task can't be done without a workspace: its plan has tests. */
  readonly needsWorkspace: boolean;
  /** Whether an address of the web was named by people, or by what was found in the web for this task; if not, it may be made of what the agent knows. */
  isNamed(url: string): Promise<boolean>;
}

/** What work on tasks can use beyond Parley itself: a workspace with its files and commands. */
export interface WorkTools {
  /** The tools for a step there, always in the same order; none where there is nothing to work with. Never rejects but for the signal. */
  offer(place: WorkPlace, signal: AbortSignal): Promise<readonly Tool[]>;
  /**
   * A file that is to be handed over, at most `maxBytes`; null: it is not there. Rejects with `MESSAGE_TOO_LARGE`, with a `ParleyError` whose text
   * is fit for the model where it can't be read (`SANDBOX_MISSING`: it can, later), and with the reason of the signal.
   */
  read(
    place: WorkPlace,
    file: { readonly path: string; readonly maxBytes: number },
    signal: AbortSignal,
  ): Promise<Uint8Array | null>;
  /**
   * Puts a file there before a stage begins: one that came with the wish. May be repeated. Left out, or where there is nothing to put it into: it is not
   * there. Errors as of `read`.
   */
  readonly put?:
    | ((
        place: WorkPlace,
        file: { readonly path: string; readonly data: Uint8Array },
        signal: AbortSignal,
      ) => Promise<void>)
    | undefined;
  /**
   * Runs the command by which the plan says that the work is tested. Whether it passed is told by how the command ended, never by what it printed.
   * Left out: no commands can be run. Errors and aborting are as of `read` and `offer`.
   */
  readonly test?: ((place: WorkPlace, command: string, signal: AbortSignal) => Promise<TestRun>) | undefined;
  /** Writes on top of the README of the workspace what was done, where there is one in use. May be repeated. Errors and aborting as of `read`. */
  readonly readme?: ((place: WorkPlace, text: string, signal: AbortSignal) => Promise<void>) | undefined;
  /** Runs a program in the workspace. Left out: none can be run. Errors and aborting as of `read`, and those of `Workspace.run`. */
  readonly run?: RunInWorkspace | undefined;
  /**
   * Looks whether there is something to work in again, and says why not; null: there is. Left out: there never is. Rejects with the reason of the signal
   * only.
   */
  readonly missing?: ((signal: AbortSignal) => Promise<string | null>) | undefined;
  /** How mail is sent. Left out: it can't be. */
  readonly mail?: Post | undefined;
}

export type RunInWorkspace = (place: WorkPlace, command: Command, options: RunOptions) => Promise<Ended>;

export interface TestRun {
  readonly passed: boolean;
  /** How it ended and what it printed, fit for the model. */
  readonly output: string;
}

/** Where there is nothing: agents work with words alone. */
export const noWorkTools: WorkTools = { offer: async () => [], read: async () => null };
