/** An id of a user and of a group. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The user in containers where Parley itself is root. */
const worker: Owner = { uid: 10_001, gid: 10_001 };

/** How users in containers are told from those of the host. */
export type UserMapping =
  /** They are the same. */
  | { readonly kind: 'none' }
  /** A service of Podman that is not root's: who runs it is root inside, unless it is told to keep them who they are. */
  | { readonly kind: 'of a user' }
  /** Docker with `userns-remap`: who is 0 inside is this one outside. */
  | { readonly kind: 'shifted'; readonly from: Owner };

/** What an engine says of itself that tells of users. */
export interface EngineUsers {
  readonly SecurityOptions?: readonly string[];
  readonly DockerRootDir?: string;
}

/** The folder of an engine that shifts users has their first ids in its name: `/var/lib/docker/100000.100000`. */
export function mappingOf({ SecurityOptions = [], DockerRootDir = '' }: EngineUsers): UserMapping {
  const [, uid, gid] = /\/(\d{1,10})\.(\d{1,10})$/.exec(DockerRootDir) ?? [];
  const shifts = SecurityOptions.some(option => /^name=userns(?:,|$)/.test(option));
  return shifts && uid !== undefined && gid !== undefined
    ? { kind: 'shifted', from: { uid: Number(uid), gid: Number(gid) } }
    : { kind: 'none' };
}

/** Who works in a workspace. */
export interface Workers {
  /** Inside. */
  readonly user: Owner;
  /** Whose the files are, for the host; null: Parley's own user, which makes them. */
  readonly owner: Owner | null;
  /** What the engine is asked for, so that both are the same; null: nothing. */
  readonly mode: 'keep-id' | 'host' | null;
}

const modes = { none: null, 'of a user': 'keep-id', shifted: 'host' } as const;

/** Only root can give files to others: for anybody else, the one inside has to be who they are. `self` is Parley's own user. */
export function workersFor(mapping: UserMapping, self: Owner): Workers {
  const mode = modes[mapping.kind];
  if (self.uid !== 0) return { user: self, owner: null, mode };
  if (mapping.kind !== 'shifted') return { user: worker, owner: worker, mode };
  const { uid, gid } = mapping.from;
  return { user: worker, owner: { uid: uid + worker.uid, gid: gid + worker.gid }, mode: null };
}

/** Whether a program that got out of a container would be a user of the host: for people. */
export const isMapped = (mapping: UserMapping, self: Owner): boolean =>
  mapping.kind !== 'none' && workersFor(mapping, self).mode !== 'host';

/** Whose this process is. */
export const ownUser = (): Owner => ({ uid: process.getuid?.() ?? worker.uid, gid: process.getgid?.() ?? worker.gid });
