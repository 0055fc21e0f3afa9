import type { Engine } from './engine.ts';
import { type EngineUsers, mappingOf, type UserMapping } from './user-mapping.ts';

/** Which engine it is: several speak Docker's API, and mean other things by some of it. */
export interface EngineKind {
  readonly name: 'Docker' | 'Podman';
  readonly version: string;
  readonly mapping: UserMapping;
}

export async function engineKind(engine: Engine, within?: AbortSignal): Promise<EngineKind> {
  const told = (await engine.use(docker => docker.version(), within)) as Told;
  const isPodman = told.Components?.some(({ Name = '' }) => Name.startsWith('Podman')) === true;
  const version = told.Version ?? 'of unknown version';
  const facts = (await engine.use(docker => docker.info(), within)) as Facts;
  if (!isPodman) return { name: 'Docker', version, mapping: mappingOf(facts) };
  return { name: 'Podman', version, mapping: { kind: facts.Rootless === true ? 'of a user' : 'none' } };
}

interface Told {
  readonly Version?: string;
  readonly Components?: readonly { readonly Name?: string }[];
}

interface Facts extends EngineUsers {
  readonly Rootless?: boolean;
}
