import { chown, lstat, mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { agentId } from '../../src/core/ids.ts';
import type { KeptWorkspace, WorkspaceKey } from '../../src/ports/sandbox.ts';
import { readIfThere } from '../../src/whole-files.ts';
import { giveTree } from './give-tree.ts';
import { type PlacesOf, placesIn } from './places-in.ts';
import { removeTree } from './remove-tree.ts';
import { spareFolders } from './spare-folders.ts';
import type { Owner } from './user-mapping.ts';

/** What stands in the workspace of a task from the start. */
const parts = ['venv', 'src', 'output', 'research'];

/**
 * The folders of workspaces on this machine: `<agent>/global`, `<agent>/tasks/<task>`, `<agent>/archive/<task>.tar.gz`, and `<agent>/marks/<task>`, a file
 * with the container that has it last, as old as its last use. `whose` tells to whom workspaces belong; null: to Parley's own user. Only what is in `tasks` is ever written from inside, so only there a path
 * may be a trap: nothing here follows one into it.
 */
export function folders(root: string, whose: () => Promise<Owner | null>) {
  const at = placesIn(root);

  const give = async (folder: string): Promise<void> => {
    const owner = await whose();
    if (owner !== null) await chown(folder, owner.uid, owner.gid);
  };

  const furnish = async (folder: string): Promise<void> => {
    for (const part of parts) {
      await mkdir(join(folder, part));
      await give(join(folder, part));
    }
    await give(folder);
  };

  return {
    at,
    exists: async (key: WorkspaceKey): Promise<boolean> => isThere(at(key).task),
    isArchived: async (key: WorkspaceKey): Promise<boolean> => isThere(at(key).archive),

    /** The folders of an agent, and those around the workspaces. */
    async ensureAgent(key: WorkspaceKey): Promise<void> {
      await mkdir(root, { recursive: true, mode: 0o700 });
      const { task, archive, mark, global } = at(key);
      for (const folder of [join(task, '..'), join(archive, '..'), join(mark, '..')])
        await mkdir(folder, { recursive: true });
      for (const part of ['tools', 'references']) await mkdir(join(global, part), { recursive: true });
    },

    /** A new workspace at its place. */
    async make(key: WorkspaceKey): Promise<void> {
      // Where it is not known, nothing is begun.
      await whose();
      await mkdir(at(key).task);
      await furnish(at(key).task);
    },

    /** Sees to it that the files are those of who works there, also on another engine than before. For a workspace in which nothing runs. */
    async settle(key: WorkspaceKey): Promise<void> {
      const owner = await whose();
      if (owner !== null && (await lstat(at(key).task)).uid !== owner.uid) await giveTree(at(key).task, owner);
    },

    /** A workspace whose files somebody else puts there, before it is at its place. */
    async makeIn(key: WorkspaceKey, fill: (folder: string) => Promise<void>): Promise<void> {
      const folder = `${at(key).archive}.unpacked`;
      await removeTree(folder);
      await mkdir(folder);
      await give(folder);
      await fill(folder);
      await rename(folder, at(key).task);
      await rm(at(key).archive, { force: true });
    },

    ...spareFolders(root, at, furnish),
    ...marks(at),

    /** False: there was nothing. */
    async remove(key: WorkspaceKey): Promise<boolean> {
      const { task, archive, mark } = at(key);
      const was = (await isThere(task)) || (await isThere(archive));
      await removeTree(task);
      await rm(archive, { force: true });
      await rm(`${archive}.part`, { force: true });
      await rm(mark, { force: true });
      return was;
    },
    removeFiles: (key: WorkspaceKey): Promise<void> => removeTree(at(key).task),

    /** Whether there ever was a workspace. */
    wereUsed: (): Promise<boolean> => isThere(root),

    async list(): Promise<(Omit<KeptWorkspace, 'state'> & { readonly archived: boolean })[]> {
      const agents = (await readdir(root).catch(() => [])).filter(name => !name.startsWith('.'));
      const found = await Promise.all(agents.map(agent => listOf(root, agent)));
      return found.flat();
    },
  };
}

export type Folders = ReturnType<typeof folders>;

/** The files that say which container has a workspace, and when it was used. */
const marks = (at: PlacesOf) => ({
  /** Which container had it last; null where none did. */
  async holder(key: WorkspaceKey): Promise<string | null> {
    const text = (await readIfThere(at(key).mark)) ?? '';
    return /^[\w-]{1,128}$/.test(text) ? text : null;
  },
  hold: (key: WorkspaceKey, container: string): Promise<void> => writeFile(at(key).mark, container),
  async touch(key: WorkspaceKey, now: number): Promise<void> {
    await utimes(at(key).mark, now / 1000, now / 1000).catch(() => undefined);
  },
});

async function listOf(root: string, agent: string): Promise<(Omit<KeptWorkspace, 'state'> & { archived: boolean })[]> {
  const own = join(root, agent);
  const tasks = await readdir(join(own, 'tasks')).catch(() => [] as string[]);
  const archived = (await readdir(join(own, 'archive')).catch(() => [] as string[]))
    .filter(name => name.endsWith('.tar.gz'))
    .map(name => name.slice(0, -'.tar.gz'.length))
    .filter(name => !tasks.includes(name));
  return Promise.all(
    [...tasks, ...archived].map(async task => ({
      key: { agent: agentId(agent), task },
      archived: archived.includes(task),
      lastUsed: (await stat(join(own, 'marks', task)).catch(() => null))?.mtimeMs ?? 0,
    })),
  );
}

const isThere = (place: string): Promise<boolean> =>
  stat(place).then(
    () => true,
    () => false,
  );
