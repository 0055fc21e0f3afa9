import { cp, mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkspaceKey } from '../../src/ports/sandbox.ts';
import type { PlacesOf } from './places-in.ts';
import { removeTree } from './remove-tree.ts';

export interface Spare {
  /** The folder of both. */
  readonly place: string;
  readonly task: string;
  readonly global: string;
}

/** Folders for workspaces that nobody has yet. `furnish` puts into a folder what stands in every workspace. */
export function spareFolders(root: string, at: PlacesOf, furnish: (folder: string) => Promise<void>) {
  const spares = join(root, '.spare');
  return {
    async makeSpare(name: string): Promise<Spare> {
      const place = join(spares, name);
      await mkdir(root, { recursive: true, mode: 0o700 });
      const spare = { place, task: join(place, 'task'), global: join(place, 'global') };
      await mkdir(spare.task, { recursive: true });
      await mkdir(spare.global);
      await furnish(spare.task);
      return spare;
    },

    /** Gives a spare to whoever wants a new workspace. What runs on it goes on: a mount stays with its folder, wherever that is moved. */
    async takeSpare({ task, global }: Spare, key: WorkspaceKey): Promise<void> {
      await rename(task, at(key).task);
      await cp(at(key).global, global, { recursive: true, verbatimSymlinks: true });
    },

    removeSpare: (name: string): Promise<void> => removeTree(join(spares, name)),
    async spares(): Promise<readonly string[]> {
      return readdir(spares).catch(() => []);
    },
  };
}
