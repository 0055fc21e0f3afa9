import { chmod, mkdir } from 'node:fs/promises';
import type { Main } from '../cli/main-functions.ts';
import type { Progress } from '../cli/progress.ts';
import { type Agent, isSpeaker } from '../core/agent.ts';
import { lockDataFolder } from '../data-folder/lock.ts';
import type { Caretaking } from '../orchestrator/crew/take-care.ts';
import { keepManifests } from '../orchestrator/manifest/keep-manifests.ts';
import { atMost } from '../ports/at-most.ts';
import { type SharedClock, sharedClock } from '../shared-clock.ts';
import { systemClock } from '../system-clock.ts';
import { checkRedis } from './check-redis.ts';
import { checkRole, type Joined, joinProcesses, sharesWork } from './join-processes.ts';
import { watchParley } from './monitored-parts.ts';
import { type Monitoring, openMonitoring } from './monitoring.ts';
import { openLimits } from './open-limits.ts';
import { type Network, openNetwork } from './open-network.ts';
import { healthLine, openRuntime } from './open-runtime.ts';
import { openSite, type Site } from './open-site.ts';
import { openStore } from './open-store.ts';
import { redisAddressOf } from './open-work.ts';
import { type Rooms, settleAgents } from './settle-agents.ts';

const againMs = 10_000;
const mostEndMs = 8_500;

type UpOptions = Parameters<Main['up']>[0] & {
  readonly monitoring: Monitoring;
  readonly clock: SharedClock;
  /** Whether this process has lived before. */
  readonly anew: boolean;
};
type Ending = Pick<UpOptions, 'signal' | 'config' | 'log'>;
type Ready = Parameters<Progress['readyBox']>[0];

/** Runs Parley until `signal` is aborted. A process that the others have gone on without, or whose store or Redis was taken over,
 * begins anew: what is another's now is refused then. */
export async function up(given: Omit<UpOptions, 'monitoring' | 'clock' | 'anew'>): Promise<void> {
  checkRole(given.config);
  for (let anew = false; (await live({ ...given, anew })) === 'lost'; anew = true)
    given.progress.warn(
      'This process was silent for too long, or what it works with is another installation’s now; it begins anew',
    );
}

/** One life, from joining the others to its end. What was started is ended in the opposite order. */
async function live(given: Omit<UpOptions, 'monitoring' | 'clock'>): Promise<'ended' | 'lost'> {
  const ending = new AsyncDisposableStack();
  await using _ = { [Symbol.asyncDispose]: () => endAll(ending, given) };
  await openDataFolder(given.config, ending);
  const clock = sharedClock({ machine: systemClock, elapsed: () => performance.now() });
  const monitoring = await openMonitoring({ ...given, clock });
  ending.defer(monitoring.close);
  const options = { ...given, log: monitoring.log, monitoring, clock };
  const lost = new AbortController();
  options.progress.readyBox(await start(options, { ending, onLost: () => lost.abort() }));
  await aborted(AbortSignal.any([options.signal, lost.signal]));
  monitoring.stopping();
  if (!options.signal.aborted) return 'lost';
  options.progress.info('Stopping …');
  return 'ended';
}

/**
 * Whoever told a process to end waits ten seconds, and then kills it. Where a server says nothing, it ends before all is over, as if it had been
 * killed, which loses nothing. A homeserver of its own has to be ended, however long that takes.
 */
async function endAll(ending: AsyncDisposableStack, { signal, config, log }: Ending): Promise<void> {
  const all = ending.disposeAsync();
  if (!signal.aborted || config.matrix.homeserverUrl === null) return all;
  let isOver = false;
  const over = all
    .catch(error => log.warn({ err: error }, 'Not all could be ended in good order.'))
    .finally(() => {
      isOver = true;
    });
  await atMost(mostEndMs, over, systemClock);
  if (!isOver) log.warn({}, 'What is not over yet is done by the other processes, or at the next start.');
}

const standsBesideOthers = (config: UpOptions['config']): boolean =>
  sharesWork(config) && config.matrix.homeserverUrl !== null;

/** Processes that share the work, and have a homeserver that is not in the folder, may share the folder, too. */
async function openDataFolder(config: UpOptions['config'], ending: AsyncDisposableStack): Promise<void> {
  if (standsBesideOthers(config)) {
    await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
    return chmod(config.dataDir, 0o700).catch(() => undefined);
  }
  const lock = lockDataFolder(config.dataDir);
  ending.defer(() => lock.release());
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function start(
  options: UpOptions,
  { ending, onLost }: { readonly ending: AsyncDisposableStack; readonly onLost: () => void },
): Promise<Ready> {
  const { config, progress, monitoring } = options;
  const begunAt = performance.now();
  // A Redis that there can't be is told before anything is started.
  const sayStore = await checkRedis({ ...options, onLost }, ending);
  const limits = openLimits(options, ending);
  const thinking = openRuntime({ ...options, turnstileFor: limits.model });
  // There is time while a homeserver starts; where one runs already, people would wait for what only the first answer needs.
  const external = config.matrix.homeserverUrl !== null;
  const warmUp = (): Promise<void> => thinking.then(({ runtime }) => runtime.warmUp()).catch(() => undefined);
  if (!external) void warmUp();
  // So is a model.
  const opened = await thinking;
  // So is a store whose key is missing.
  const onMigrate = (pending: readonly string[]): void =>
    progress.info(`Changes the stored documents, as this Parley is newer: ${pending.join('; ')}`);
  const { log, signal, clock } = options;
  const { store } = await openStore({ config, clock, follow: clock.follow, log, onMigrate, signal }, ending);
  await sayStore(store);
  const joined = await joinProcesses({ ...options, onLost }, store, ending);
  const site = await openSite(options, ending);
  for (const model of opened.unknown) progress.warn(`Model ${model.name}: ${healthLine(model)}`);
  const network = await openNetwork(options, { ending, joined, site, opened, limits });
  const rooms = await takeCare(options, { ending, joined, site, network });
  options.signal.throwIfAborted();
  const address = redisAddressOf(config);
  watchParley(monitoring, network.parley, {
    runtime: opened.runtime,
    homeserver: site.supervised.begun.url,
    redis: address === null ? null : { address, isAway: network.isAlone },
  });
  const model = await opened.answering;
  if (external) setImmediate(() => void warmUp());
  const part = standsBesideOthers(config) ? { role: config.processes.role, watchedAt: monitoring.url } : null;
  return { ...readyAs(network, site, rooms), model, part, tookMs: performance.now() - begunAt };
}

interface Parts {
  readonly ending: AsyncDisposableStack;
  readonly joined: Joined;
  readonly site: Site;
  readonly network: Network;
}

/** What one process does for all of them: a process that is alone does it now, of several the one that is the caretaker. */
async function takeCare(options: UpOptions, { ending, joined, site, network }: Parts): Promise<Rooms> {
  const settle = () => settleAgents(options, network, { homeserver: site.supervised.begun, ending });
  const { orchestrator, parley, finding, health } = network;
  if (!joined.crew.shared) {
    health.serve();
    return settle();
  }
  const settleAll = (): void => {
    if (ending.disposed) return;
    settle()
      .then(orchestrator.takeCare)
      .catch(error => {
        parley.log.warn({ err: error }, 'The agents could not be settled; it is tried again.');
        parley.clock.after(againMs, settleAll);
      });
  };
  const begin: Caretaking['begin'] = () => {
    if (!ending.disposed) ending.defer(keepManifests(parley));
    finding.looks.serve();
    health.serve();
    settleAll();
  };
  joined.serve({ begin, takeOver: orchestrator.takeCare });
  return null;
}

function readyAs(
  { parley, bridge, owner }: Network,
  site: Site,
  rooms: Rooms,
): Omit<Ready, 'model' | 'part' | 'tookMs'> {
  const { begun } = site.supervised;
  const agents = [...parley.agents.values()];
  const shown = (agent: Agent) => ({ name: agent.name, id: bridge.addressOf(agent._id) });
  return {
    homeserver: begun.url,
    serverName: begun.serverName,
    account: owner?.userId ?? null,
    password: owner?.password ?? null,
    rooms: rooms === null ? [] : [{ name: 'Lobby', id: rooms.lobby }],
    agents: agents.filter(isSpeaker).map(shown),
    orchestrator: agents.filter(agent => !isSpeaker(agent)).map(shown)[0] ?? null,
  };
}
