import { ParleyError } from '../../src/core/errors.ts';
import { keyText } from '../../src/core/workspace/key.ts';
import { slots } from '../../src/core/workspace/slots.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { KeptWorkspace, Sandbox, Workspace, WorkspaceKey, WorkspaceLimits } from '../../src/ports/sandbox.ts';
import type { Grant } from '../../src/ports/sandbox-network.ts';
import { memoryFiles } from './files.ts';
import type { Programs } from './program.ts';
import { runProgram } from './run.ts';
import type { Tree } from './tree.ts';

const MiB = 1024 * 1024;

const defaultLimits: WorkspaceLimits = {
  memoryBytes: 0,
  diskBytes: 64 * MiB,
  cpus: 1,
  processes: 1,
  commandMs: 10 * 60_000,
  outputBytes: 32 * 1024,
  fileBytes: 8 * MiB,
  commands: 4,
};

interface Kept {
  readonly key: WorkspaceKey;
  readonly tree: Tree;
  state: KeptWorkspace['state'];
  lastUsed: number;
}

/** What outlives a sandbox in memory: the files. Several sandboxes, one after another, may be given the same. */
export type MemoryDisk = Map<string, Kept>;
export const memoryDisk = (): MemoryDisk => new Map();

export interface MemoryGiven {
  readonly clock: Clock;
  readonly programs?: Programs;
  readonly disk?: MemoryDisk;
  readonly limits?: Partial<WorkspaceLimits>;
}

/**
 * Workspaces whose files are in memory and whose programs are functions of whoever made it: for tests, and where no command is to be run. It keeps
 * nothing apart: what a function does, it does in this process.
 */
export function memorySandbox(given: MemoryGiven): Sandbox {
  const { clock, disk = memoryDisk() } = given;
  const held = new Map<string, Held>();
  let closed = false;

  const end = (name: string): void => {
    held.get(name)?.end();
    held.delete(name);
  };
  return {
    async describe(signal) {
      signal.throwIfAborted();
      const detail = 'in memory: files are lost with this process, and commands are functions';
      return { ok: true, detail, remedy: null };
    },
    async open(key, { grants = [], signal } = {}) {
      signal?.throwIfAborted();
      if (closed) throw gone('Parley ends.');
      const name = keyText(key);
      const kept = disk.get(name) ?? { key, tree: newTree(clock.now()), state: 'running', lastUsed: clock.now() };
      disk.set(name, kept);
      kept.state = 'running';
      const workspace = held.get(name) ?? hold(kept, given);
      held.set(name, workspace);
      await workspace.grant(grants);
      return workspace;
    },
    async list() {
      return [...disk.values()].map(({ key, state, lastUsed }) => ({ key, state, lastUsed }));
    },
    async archive(key) {
      const kept = disk.get(keyText(key));
      if (kept === undefined) return false;
      end(keyText(key));
      kept.state = 'archived';
      for (const path of [...kept.tree.keys()].filter(one => /^venv(\/|$)/.test(one))) kept.tree.delete(path);
      return true;
    },
    async remove(key) {
      end(keyText(key));
      return disk.delete(keyText(key));
    },
    async reap() {
      return 0;
    },
    async close() {
      closed = true;
      for (const [name, workspace] of [...held]) {
        await workspace.stop();
        end(name);
      }
    },
  };
}

interface Held extends Workspace {
  end(): void;
}

function newTree(now: number): Tree {
  return new Map(['venv', 'src', 'output', 'research'].map(name => [name, { kind: 'folder', modified: now }]));
}

function hold(kept: Kept, given: MemoryGiven): Held {
  const { clock, programs = {} } = given;
  const limits = { ...defaultLimits, ...given.limits };
  const places = slots(limits.commands);
  const ending = new AbortController();
  let grants: readonly Grant[] = [];
  let running = new AbortController();

  const use = (): Tree => {
    if (ending.signal.aborted) throw gone('It was removed or archived.');
    kept.lastUsed = clock.now();
    kept.state = 'running';
    return kept.tree;
  };
  const files = memoryFiles({ limits, now: clock.now, tree: use });
  return {
    key: kept.key,
    limits,
    files,
    async run(command, options) {
      use();
      const stopped = running.signal;
      const signal = AbortSignal.any([options.signal, stopped, ending.signal]);
      const giveBack = await places.take(signal);
      const parts = { clock, limits, programs, files, grants: () => grants };
      return runProgram(command, { ...options, signal }, parts).finally(giveBack);
    },
    async grant(given) {
      use();
      grants = [...given];
    },
    async stop() {
      use();
      running.abort(new ParleyError('WORKSPACE_LOST', 'The workspace was stopped meanwhile.', { retry: true }));
      running = new AbortController();
      kept.state = 'stopped';
    },
    end: () => ending.abort(gone('It was removed or archived.')),
  };
}

const gone = (why: string): ParleyError => new ParleyError('WORKSPACE_CLOSED', `The workspace is closed. ${why}`);
