import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../config/load.ts';
import { ParleyError } from '../core/errors.ts';
import { processId } from '../core/ids.ts';
import { type Crew, soleCrew } from '../orchestrator/crew/crew.ts';
import { fencedStore } from '../orchestrator/crew/fenced-store.ts';
import { joinCrew, type Membership } from '../orchestrator/crew/join-crew.ts';
import type { Caretaking } from '../orchestrator/crew/take-care.ts';
import { silenceMs } from '../orchestrator/crew/watch.ts';
import { watchOwner } from '../orchestrator/crew/watch-owner.ts';
import { refuseMoved } from '../orchestrator/migrate/store-marks.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { installationName } from './installation-name.ts';

interface Given {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly progress: { info(line: string): void };
  /** The others have gone on without this process. */
  readonly onLost: () => void;
}

/** This process among those of the installation. */
export interface Joined {
  readonly crew: Crew;
  /** The store, as long as the others count on this process. */
  readonly store: Store;
  /** From now on this process may become the caretaker; one that is alone is it at once. */
  serve(caretaking: Caretaking): void;
}

const aloneAfterMs = silenceMs + 4_000;
const lookMs = 500;

/** Several processes may share the work where both the store and the wake-ups are shared. */
export const sharesWork = ({ store, redis }: Pick<Config, 'store' | 'redis'>): boolean =>
  store.url !== null && redis.url !== null;

/** Refuses a role that can't be had with this configuration. */
export function checkRole(config: Pick<Config, 'store' | 'redis' | 'matrix' | 'processes'>): void {
  const { role } = config.processes;
  if (role === 'all') return;
  const missing = [
    ...(config.store.url === null ? ['MONGODB_URL'] : []),
    ...(config.redis.url === null ? ['REDIS_URL'] : []),
    ...(config.matrix.homeserverUrl === null ? ['MATRIX_HOMESERVER_URL'] : []),
  ];
  if (missing.length === 0) return;
  throw new ParleyError(
    'CONFIG_INVALID',
    `A process with the role ${role} works beside others, and ${new Intl.ListFormat('en-GB').format(missing)} ${missing.length === 1 ? 'is' : 'are'} not set. ` +
      'Set what is missing, the same for all processes, or start with the role all.',
  );
}

/** Joins the other processes, where there may be others. Rejects with `STORE_IN_USE` where there are some with which the work can't be shared. */
export async function joinProcesses(given: Given, store: Store, ending: AsyncDisposableStack): Promise<Joined> {
  const { config, clock } = given;
  if (config.store.url === null) return { crew: soleCrew, store, serve: ({ begin }) => begin() };
  const crew = await joinCrew({
    store,
    clock,
    elapsed: () => performance.now(),
    log: given.log,
    self: {
      id: processId(`${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`),
      role: config.processes.role,
      host: hostname(),
      pid: process.pid,
    },
    onLost: given.onLost,
  });
  ending.defer(() => crew.leave());
  // It may have been moved since it was opened; whoever moves it waits for those that have joined.
  await refuseMoved(store);
  const name = await installationName(config);
  ending.defer(watchOwner({ store, installation: name, clock, log: given.log, onLost: given.onLost }));
  if (!sharesWork(config)) await stayAlone(given, crew, store);
  return { crew, store: fencedStore(store, crew), serve: crew.serve };
}

/** Without Redis a second process would not hear of what is to be done. One that was killed shows as living for a few seconds. */
async function stayAlone({ progress }: Given, crew: Membership, store: Store): Promise<void> {
  const others = async (): Promise<number> => {
    const all = await store.collection('processes').find({ limit: 1_000 });
    const gone = await Promise.all(all.map(({ _id }) => (_id === crew.self ? true : crew.isGone(_id))));
    return gone.filter(isGone => !isGone).length;
  };
  const until = performance.now() + aloneAfterMs;
  if ((await others()) === 0) return;
  progress.info('Another process used this database a moment ago; looking whether it still lives …');
  while ((await others()) > 0) {
    if (performance.now() >= until) throw inUse();
    await sleep(lookMs);
  }
}

const inUse = (): ParleyError =>
  new ParleyError(
    'STORE_IN_USE',
    'Another Parley works with this database. Stop it, or set REDIS_URL for both, so that they share the work.',
  );
