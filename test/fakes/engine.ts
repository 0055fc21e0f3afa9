import { ParleyError } from '../../src/core/errors.ts';
import type { Sandbox, Workspace } from '../../src/ports/sandbox.ts';

/** What a sandbox runs on, and when it goes and comes. */
export interface Engine {
  readonly sandbox: Sandbox;
  /** It ends, with all that runs on it. */
  end(): Promise<void>;
  /** It is there again. */
  start(): void;
  /** What is under way in workspaces ends in the middle; they start again with the next call. */
  endContainers(): Promise<void>;
  /** How often somebody has looked whether it is there. */
  looks(): number;
}

/** A sandbox on an engine that may be away, which it is told of as by Docker's. */
export function engineFor(sandbox: Sandbox): Engine {
  const held = new Map<string, Workspace>();
  let isThere = true;
  let looks = 0;
  const here = <T>(given: T): T => {
    if (!isThere)
      throw new ParleyError('SANDBOX_MISSING', 'Work in files and programs needs a Docker engine, and none answers.');
    return given;
  };
  const endContainers = async (): Promise<void> => {
    for (const workspace of held.values()) await workspace.stop();
  };
  return {
    sandbox: {
      ...sandbox,
      async describe(signal) {
        looks += 1;
        const health = await sandbox.describe(signal);
        return isThere ? health : { ...health, ok: false, detail: 'No container engine answers.' };
      },
      async open(key, options) {
        const workspace = await here(sandbox).open(key, options);
        held.set(key.task, workspace);
        return {
          ...workspace,
          run: async (command, how) => here(workspace).run(command, how),
          files: {
            read: async (...given) => here(workspace).files.read(...given),
            write: async (...given) => here(workspace).files.write(...given),
            list: async (...given) => here(workspace).files.list(...given),
            remove: async (...given) => here(workspace).files.remove(...given),
            move: async (...given) => here(workspace).files.move(...given),
          },
        };
      },
    },
    async end() {
      isThere = false;
      await endContainers();
    },
    start() {
      isThere = true;
    },
    endContainers,
    looks: () => looks,
  };
}
