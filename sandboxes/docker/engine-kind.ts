import type { Engine } from './engine.ts';

/** Which engine it is: several speak Docker's API, and mean other things by some of it. */
export interface EngineKind {
  readonly name: 'Docker' | 'Podman';
  readonly version: string;
  /** A service of Podman that is not root's: the user who runs it is root in its containers, unless the engine is told to keep them who they are. */
  readonly isOfUser: boolean;
}

export async function engineKind(engine: Engine, within?: AbortSignal): Promise<EngineKind> {
  const told = (await engine.use(docker => docker.version(), within)) as Told;
  const isPodman = told.Components?.some(({ Name = '' }) => Name.startsWith('Podman')) === true;
  const version = told.Version ?? 'of unknown version';
  if (!isPodman) return { name: 'Docker', version, isOfUser: false };
  const facts = (await engine.use(docker => docker.info(), within)) as Facts;
  return { name: 'Podman', version, isOfUser: facts.Rootless === true };
}

interface Told {
  readonly Version?: string;
  readonly Components?: readonly { readonly Name?: string }[];
}

interface Facts {
  readonly Rootless?: boolean;
}
