import { ParleyError } from '../../src/core/errors.ts';
import type { WorkspaceKey } from '../../src/ports/sandbox.ts';
import type { DockerWorkspace } from './workspace.ts';

export interface Most {
  /** Of all workspaces that run at a time. */
  readonly running: number;
  /** Of one agent's. */
  readonly perAgent: number;
}

/** The workspaces that this process holds, the one that was used last at the end. */
export interface Roster {
  readonly held: Map<string, DockerWorkspace>;
  /** Sees to a place for one more that runs: stops the one that has done nothing for the longest time. Rejects with `SANDBOX_FULL`. */
  admit(key: WorkspaceKey): Promise<void>;
  used(name: string): void;
}

export function roster(most: Most): Roster {
  const held = new Map<string, DockerWorkspace>();

  const makePlace = async (running: readonly DockerWorkspace[], limit: number, whose: string): Promise<void> => {
    if (running.length < limit) return;
    const idle = running.find(one => !one.isBusy());
    if (idle === undefined)
      throw new ParleyError(
        'SANDBOX_FULL',
        `${whose} ${limit} workspaces that work at a time. Try again when one has ended.`,
        {
          retry: true,
        },
      );
    await idle.stop();
  };

  return {
    held,
    async admit(key) {
      const running = [...held.values()].filter(one => one.isRunning());
      const own = running.filter(one => one.key.agent === key.agent);
      await makePlace(own, most.perAgent, 'An agent may have');
      await makePlace(
        running.filter(one => one.isRunning()),
        most.running,
        'There may be',
      );
    },
    used(name) {
      const one = held.get(name);
      if (one === undefined) return;
      held.delete(name);
      held.set(name, one);
    },
  };
}
