import { randomBytes } from 'node:crypto';
import { ParleyError } from '../../src/core/errors.ts';
import { keyText } from '../../src/core/workspace/key.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Sandbox, WorkspaceKey, WorkspaceLimits } from '../../src/ports/sandbox.ts';
import { pack, unpack } from './archive.ts';
import { removeContainer, startContainer } from './container.ts';
import { describeEngine } from './describe.ts';
import type { Engine } from './engine.ts';
import { type EngineKind, engineKind } from './engine-kind.ts';
import { type Folders, folders } from './folders.ts';
import { givenFiles } from './given-files.ts';
import { checkImage } from './image.ts';
import { inLanes } from './lanes.ts';
import { pool, type Warm } from './pool.ts';
import { quota } from './quota.ts';
import { reapContainers } from './reap.ts';
import { roster } from './roster.ts';
import { type Running, withProxy } from './running.ts';
import { ownUser, type Workers, workersFor } from './user-mapping.ts';
import { type DockerWorkspace, dockerWorkspace } from './workspace.ts';

export interface DockerGiven {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly image: string;
  readonly runtime: string | null;
  /** Where the folders of agents are, for this process and the engine alike. */
  readonly root: string;
  readonly limits: WorkspaceLimits;
  /** How many wait, ready, for whoever wants one. */
  readonly warm: number;
  readonly idleMs: number;
  readonly running: number;
  readonly perAgent: number;
  /** Whose containers these are: of the installation, and of one of its processes. */
  readonly installation: string;
  readonly process: string;
  /** Whether another process of the installation lives. */
  readonly lives: (process: string) => Promise<boolean>;
}

/** Workspaces in containers of an engine that speaks Docker's API. */
export function dockerSandbox(given: DockerGiven): Sandbox & { readonly warm: () => Promise<void> } {
  const parts = partsOf(given);
  const { places, list } = parts;
  // Rejects a key that is none.
  const inTurn = async <T>(key: WorkspaceKey, what: () => Promise<T>): Promise<T> => parts.lanes(keyText(key), what);
  let closed = false;

  const drop = async (name: string, why: string): Promise<void> => {
    await list.held.get(name)?.end(why);
    list.held.delete(name);
  };

  return {
    describe: signal => describeEngine(given, signal),
    open: (key, { grants = [], signal } = {}) =>
      inTurn(key, async () => {
        signal?.throwIfAborted();
        if (closed) throw new ParleyError('WORKSPACE_CLOSED', 'The workspace is closed. Parley ends.');
        const name = keyText(key);
        const workspace = list.held.get(name) ?? heldOf(key, given, parts);
        list.held.set(name, workspace);
        await workspace.grant(grants);
        await workspace.thaw();
        return workspace;
      }),
    async list() {
      const isUp = (key: WorkspaceKey): boolean => list.held.get(keyText(key))?.isRunning() === true;
      const kept = await places.list();
      return kept.map(({ archived, ...one }) => ({
        ...one,
        state: isUp(one.key) ? 'running' : archived ? 'archived' : 'stopped',
      }));
    },
    archive: key =>
      inTurn(key, async () => {
        if (!(await places.exists(key))) return places.isArchived(key);
        const workspace = list.held.get(keyText(key)) ?? heldOf(key, given, parts);
        await workspace.using(channel => pack(channel, places.at(key).archive, given.limits.diskBytes));
        await workspace.end('It was archived.');
        list.held.delete(keyText(key));
        await places.removeFiles(key);
        return true;
      }),
    remove: key =>
      inTurn(key, async () => {
        await drop(keyText(key), 'It was removed.');
        await endHolder(key, given, places);
        return places.remove(key);
      }),
    reap: () => reapContainers(given, places, parts.mine),
    async close() {
      closed = true;
      await parts.spares.close();
      await Promise.all([...list.held.keys()].map(name => drop(name, 'Parley ends.')));
    },
    warm: () => parts.spares.full(),
  };
}

interface Parts {
  readonly places: Folders;
  readonly list: ReturnType<typeof roster>;
  readonly lanes: ReturnType<typeof inLanes>;
  readonly spares: ReturnType<typeof pool>;
  /** The names of the containers that this process has. */
  readonly mine: Set<string>;
  begin(name: string, on: { readonly task: string; readonly global: string }): Promise<Running>;
}

/** What is known of the engine. One that maps users otherwise was restarted for it, by which containers end, and starts fail: then it is looked anew. */
function looking({ engine, image }: DockerGiven) {
  let looked: Promise<EngineKind> | null = null;
  const lookAnew = (): void => {
    looked = null;
  };
  const look = (): Promise<EngineKind> => {
    looked ??= checkImage(engine, image).then(() => engineKind(engine));
    return looked.catch(error => {
      lookAnew();
      throw error;
    });
  };
  return { look, lookAnew };
}

function partsOf(given: DockerGiven): Parts {
  const { engine, clock, image, limits, runtime, installation, process: own } = given;
  const mine = new Set<string>();
  const { look, lookAnew } = looking(given);
  const workers = async (): Promise<Workers> => workersFor((await look()).mapping, ownUser());
  const places = folders(given.root, async () => (await workers()).owner);

  const begin: Parts['begin'] = async (name, on) => {
    const kind = await look();
    const { user, mode: usersMode } = await workers();
    const files = await givenFiles(kind, given.root);
    mine.add(name);
    try {
      const labels = { 'parley.installation': installation, 'parley.process': own };
      const who = { user: `${user.uid}:${user.gid}`, usersMode };
      const options = { name, image, labels, limits, ...who, folders: on, runtime, ...files };
      const container = await startContainer(engine, options, clock);
      const running = withProxy(container, async () => {
        mine.delete(name);
        await places.removeSpare(name);
      });
      let isUnwanted = false;
      // Not after each that was only stopped: Podman takes seconds to tell of itself.
      void container.channel.ended.then(() => isUnwanted || lookAnew());
      return {
        ...running,
        end() {
          isUnwanted = true;
          return running.end();
        },
      };
    } catch (error) {
      lookAnew();
      mine.delete(name);
      throw error;
    }
  };
  const spares = pool({ size: given.warm, folders: places, name: () => newName(given), start: begin });
  return { places, list: roster(given), lanes: inLanes(), spares, mine, begin };
}

const newName = ({ installation }: DockerGiven): string =>
  `parley-${installation.replace(/[^\w-]/g, '').slice(0, 20)}-${randomBytes(6).toString('hex')}`;

function heldOf(key: WorkspaceKey, given: DockerGiven, parts: Parts): DockerWorkspace {
  const { clock, idleMs, limits } = given;
  const { places, list } = parts;
  return dockerWorkspace({
    key,
    clock,
    limits,
    idleMs,
    quota: quota(places.at(key).task, limits.diskBytes, clock),
    used() {
      list.used(keyText(key));
      void places.touch(key, clock.now());
    },
    start: () => start(key, given, parts),
  });
}

/** The container of a workspace: a warm one on new folders, or one on those that are there. */
async function start(key: WorkspaceKey, given: DockerGiven, parts: Parts): Promise<Running> {
  const { places, list, spares } = parts;
  await list.admit(key);
  await places.ensureAgent(key);
  if (await places.exists(key)) {
    await endHolder(key, given, places);
    return cold(key, given, parts);
  }
  if (await places.isArchived(key)) {
    await restore(key, given, parts);
    return cold(key, given, parts);
  }
  const warm: Warm | null = spares.take();
  if (warm === null) {
    await places.make(key);
    return cold(key, given, parts);
  }
  await places.takeSpare(warm.spare, key);
  await places.hold(key, warm.running.container.id);
  return warm.running;
}

/** Takes a workspace out of its archive. It is not at its place before it is complete: what is killed in the middle begins again. */
async function restore(key: WorkspaceKey, given: DockerGiven, { places, begin }: Parts): Promise<void> {
  const { archive, global } = places.at(key);
  await places.makeIn(key, async folder => {
    const running = await begin(newName(given), { task: folder, global });
    try {
      await unpack(running.container.channel, archive);
    } finally {
      await running.end();
    }
  });
}

async function cold(key: WorkspaceKey, given: DockerGiven, { places, begin }: Parts): Promise<Running> {
  const { task, global } = places.at(key);
  await places.settle(key);
  const running = await begin(newName(given), { task, global });
  await places.hold(key, running.container.id);
  return running;
}

/** Ends the container that had a workspace last, in whichever process: its files are one container's at a time. */
async function endHolder(key: WorkspaceKey, { engine }: DockerGiven, places: Folders): Promise<void> {
  const id = await places.holder(key);
  if (id !== null) await removeContainer(engine, id);
}
