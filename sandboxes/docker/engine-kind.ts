import type { Engine } from './engine.ts';

/** Which engine it is: several speak Docker's API, and mean other things by some of it. */
export interface EngineKind {
  readonly name: 'Docker' | 'Podman';
  readonly version: string;
}

export async function engineKind(engine: Engine, within?: AbortSignal): Promise<EngineKind> {
  const told = (await engine.use(docker => docker.version(), within)) as Told;
  const isPodman = told.Components?.some(({ Name = '' }) => Name.startsWith('Podman')) === true;
  return { name: isPodman ? 'Podman' : 'Docker', version: told.Version ?? 'of unknown version' };
}

interface Told {
  readonly Version?: string;
  readonly Components?: readonly { readonly Name?: string }[];
}
