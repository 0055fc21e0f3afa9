import { removeContainer } from './container.ts';
import type { Engine } from './engine.ts';
import type { Folders } from './folders.ts';

interface Reaping {
  readonly engine: Engine;
  readonly installation: string;
  readonly process: string;
  readonly lives: (process: string) => Promise<boolean>;
}

/**
 * Removes the containers of this installation that no living process has, and then the folders of such that nobody took. A container whose Parley
 * has gone ends by itself; this is for those that could not. The engine is not asked where there never was a workspace.
 */
export async function reapContainers(given: Reaping, places: Folders, mine: ReadonlySet<string>): Promise<number> {
  if (!(await places.wereUsed())) return 0;
  const { engine, installation, process: own, lives } = given;
  const label = [`parley.installation=${installation}`];
  const found = await engine.use((docker, abortSignal) =>
    docker.listContainers({ all: true, filters: { label }, abortSignal }),
  );
  const kept = new Set(mine);
  let ended = 0;
  for (const { Id, Names, Labels } of found) {
    const name = Names[0]?.replace(/^\//, '') ?? '';
    const owner = Labels['parley.process'] ?? '';
    if (owner === own ? mine.has(name) : await lives(owner)) {
      kept.add(name);
      continue;
    }
    await removeContainer(engine, Id);
    ended += 1;
  }
  for (const name of await places.spares()) if (!kept.has(name) && !mine.has(name)) await places.removeSpare(name);
  return ended;
}
