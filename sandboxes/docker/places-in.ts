import { join } from 'node:path';
import { keyText } from '../../src/core/workspace/key.ts';
import type { WorkspaceKey } from '../../src/ports/sandbox.ts';

/** Where what is of a workspace stands. Throws where a key is none. */
export const placesIn =
  (root: string) =>
  ({ agent, task }: WorkspaceKey) => {
    keyText({ agent, task });
    const own = join(root, agent);
    return {
      task: join(own, 'tasks', task),
      archive: join(own, 'archive', `${task}.tar.gz`),
      mark: join(own, 'marks', task),
      global: join(own, 'global'),
    };
  };

export type PlacesOf = ReturnType<typeof placesIn>;
