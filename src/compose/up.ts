import { type MatrixBridge, matrixBridge } from '../../bridges/matrix/matrix-bridge.ts';
import type { Main } from '../cli/main-functions.ts';
import type { Progress } from '../cli/progress.ts';
import type { Agent } from '../core/agent.ts';
import { ParleyError } from '../core/errors.ts';
import { chatId } from '../core/ids.ts';
import { lockDataFolder } from '../data-folder/lock.ts';
import { ensureTokens } from '../data-folder/tokens.ts';
import { startHomeserver } from '../homeserver/homeserver.ts';
import type { RunningHomeserver } from '../homeserver/running-homeserver.ts';
import type { Installation } from '../orchestrator/installation.ts';
import { intake } from '../orchestrator/intake.ts';
import { forgetHomeserver } from '../orchestrator/lifecycle/forget-homeserver.ts';
import { provisionAgents } from '../orchestrator/lifecycle/provision-agents.ts';
import { keepManifests } from '../orchestrator/manifest/keep-manifests.ts';
import { startOrchestrator } from '../orchestrator/start.ts';
import { wakeLately } from '../orchestrator/sweep.ts';
import type { Intake } from '../ports/bridge.ts';
import type { Store } from '../ports/store.ts';
import { systemClock } from '../system-clock.ts';
import { ensureOwner, noteCredentials, type Owner } from './first-start.ts';
import { followAgents } from './follow-agents.ts';
import { freePort, listenOn, newListener } from './listener.ts';
import { modelLimits } from './model-limits.ts';
import { watchParley } from './monitored-parts.ts';
import { type Monitoring, openMonitoring } from './monitoring.ts';
import { newInstallation } from './new-installation.ts';
import { describeRooms, openRooms } from './open-rooms.ts';
import { healthLine, type OpenedRuntime, openRuntime } from './open-runtime.ts';
import { openStore } from './open-store.ts';
import { openWork } from './open-work.ts';
import { identity, listenerUrl, registrationFor } from './registration.ts';
import { remadeHomeserver } from './remade-homeserver.ts';
import { agentWishes, settingsOf } from './settings-of.ts';
import { stepped } from './stepped.ts';
import { type SupervisedHomeserver, superviseHomeserver } from './supervise-homeserver.ts';

/** How long answers in the making may go on after Ctrl-C; what is cut then goes on at the next start. */
const drainMs = 3_000;
/** Each of them is a request every half a minute. */
const mostShownOnline = 10;
/** The longest that answers wait for a look at what was missed. */
const catchUpMs = 5_000;

type UpOptions = Parameters<Main['up']>[0] & { readonly monitoring: Monitoring };
type Ready = Parameters<Progress['readyBox']>[0];

/** Runs Parley until `signal` is aborted. What was started is ended in the opposite order. */
export async function up(given: Omit<UpOptions, 'monitoring'>): Promise<void> {
  await using ending = new AsyncDisposableStack();
  const lock = lockDataFolder(given.config.dataDir);
  ending.defer(() => lock.release());
  const monitoring = await openMonitoring({ ...given, clock: systemClock });
  ending.defer(monitoring.close);
  const options = { ...given, log: monitoring.log, monitoring };
  options.progress.readyBox(await start(options, ending));
  await aborted(options.signal);
  monitoring.stopping();
  options.progress.info('Stopping …');
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function start(options: UpOptions, ending: AsyncDisposableStack): Promise<Ready> {
  const { config, progress, monitoring } = options;
  const begunAt = performance.now();
  const thinking = openRuntime({ ...options, turnstileFor: modelLimits(options, ending) });
  // There is time while a homeserver starts; where one runs already, people would wait for what only the first answer needs.
  const external = config.matrix.homeserverUrl !== null;
  const warmUp = (): Promise<void> => thinking.then(({ runtime }) => runtime.warmUp()).catch(() => undefined);
  if (!external) void warmUp();
  // A model that there can't be is told before anything is started.
  const opened = await thinking;
  // So is a store whose key is missing.
  const { store } = await openStore({ config, clock: systemClock, log: options.log }, ending);
  const site = await openSite(options, ending);
  const { answering, unknown } = opened;
  for (const model of unknown) progress.warn(`Model ${model.name}: ${healthLine(model)}`);
  const { bridge, parley, owner } = await openNetwork(options, { ending, store, site, opened });
  const agents = [...parley.agents.values()];
  await stepped(
    options,
    'Agents',
    () => provisionAgents(parley.store, bridge, agents),
    () =>
      agents
        .filter(isSpeaker)
        .map(agent => agent.name)
        .join(', '),
  );
  const homeserver = site.supervised.begun;
  const rooms = await stepped(options, 'Rooms', () => openRooms(parley, { bridge, homeserver, owner }), describeRooms);
  const shown = (agent: Agent) => ({ name: agent.name, id: bridge.addressOf(agent._id) });
  const speakers = agents.filter(isSpeaker).map(agent => bridge.addressOf(agent._id));
  await noteCredentials(config.dataDir, { homeserver, owner, agents: speakers, lobby: rooms?.lobby ?? null });
  const home = { greets: owner && bridge.memberAt(owner.userId), room: rooms && chatId(bridge.name, rooms.lobby) };
  ending.defer(followAgents(options, parley, home));
  void showOnline(bridge, agents);
  options.signal.throwIfAborted();
  watchParley(monitoring, parley, { runtime: opened.runtime, homeserver: homeserver.url });
  const model = await answering;
  if (external) setImmediate(() => void warmUp());
  return {
    homeserver: homeserver.url,
    serverName: homeserver.serverName,
    account: owner?.userId ?? null,
    password: owner?.password ?? null,
    rooms: rooms === null ? [] : [{ name: 'Lobby', id: rooms.lobby }],
    agents: agents.filter(isSpeaker).map(shown),
    orchestrator: agents.filter(agent => !isSpeaker(agent)).map(shown)[0] ?? null,
    model,
    tookMs: performance.now() - begunAt,
  };
}

const isSpeaker = (agent: Agent): boolean => agent.role === 'agent';

/** One after another, and not thousands: idle agents cost nothing. */
async function showOnline(bridge: MatrixBridge, agents: readonly Agent[]): Promise<void> {
  for (const agent of agents.slice(0, mostShownOnline)) await bridge.setPresence(agent._id, 'online', null);
}

/** What must be there before any agent can act: the port, the secrets, and a homeserver that knows both. */
interface Site {
  readonly supervised: SupervisedHomeserver;
  readonly tokens: { readonly asToken: string; readonly hsToken: string };
  readonly port: number;
}

async function openSite(options: UpOptions, ending: AsyncDisposableStack): Promise<Site> {
  const { config, env, progress, log, signal } = options;
  const tokens = await ensureTokens(config.dataDir, config.matrix);
  const { host, port: wished } = config.listener;
  const port = await freePort(wished, host);
  if (port !== wished && config.matrix.homeserverUrl !== null) throw portTaken(wished);
  if (port !== wished) progress.info(`Port ${wished} is in use, so Parley listens on ${port}`);
  const registrationYaml = await registrationFor(config, tokens, port);
  const start = (): Promise<RunningHomeserver> =>
    startHomeserver({
      dataDir: config.dataDir,
      env: withHomeserver(env, config),
      listenerUrl: listenerUrl(config, port),
      registrationYaml,
      preferredPort: config.matrix.homeserverPort,
      progress: line => progress.info(line),
      signal,
    });
  const supervise = () => superviseHomeserver({ start, clock: systemClock, progress, log });
  const supervised = await stepped(options, 'Homeserver', supervise, ({ begun }) => begun.url);
  ending.defer(() => supervised.stop());
  return { supervised, tokens, port };
}

const portTaken = (port: number): ParleyError =>
  new ParleyError(
    'PORT_IN_USE',
    `Port ${port} is in use, and your homeserver's registration names it. End what uses it, or set PARLEY_PORT to a free one, ` +
      'put the new registration (npx parley registration) into the homeserver, and restart that.',
  );

/** The homeserver's starter reads the environment; the configuration may come from the file, too. */
const withHomeserver = (env: NodeJS.ProcessEnv, { matrix }: UpOptions['config']): NodeJS.ProcessEnv => ({
  ...env,
  MATRIX_HOMESERVER_URL: matrix.homeserverUrl ?? '',
  MATRIX_SERVER_NAME: matrix.serverName ?? '',
});

/** The orchestrator and the bridge, in the order in which the one needs the other. */
async function openNetwork(
  options: UpOptions,
  { ending, store, site, opened }: { ending: AsyncDisposableStack; store: Store; site: Site; opened: OpenedRuntime },
): Promise<{ bridge: MatrixBridge; parley: Installation; owner: Owner | null }> {
  const { config, log, progress, monitoring } = options;
  const { supervised, tokens, port } = site;
  const { url, serverName, listenOn: further } = supervised.begun;
  const clock = systemClock;
  const listener = newListener();
  const at = { homeserverUrl: url, serverName, listener, onWaiting: progress.warn };
  const bridge = matrixBridge({ ...identity, ...tokens, ...at, log, clock });
  // Before anybody reads what the store says of the homeserver.
  const remaking = remadeHomeserver(store, async () => {
    progress.info('The homeserver has lost its database, so accounts and rooms are made anew');
    log.warn({ serverName }, 'The homeserver does not know an account that it knew: it is a new one.');
    await forgetHomeserver(store, bridge.name);
  });
  const owner = await ensureOwner(config, supervised.begun, remaking);
  const work = await openWork(options, { store, clock });
  const settings = settingsOf(config, { serverName, owner: owner?.userId ?? null, models: opened.models });
  const parley = await newInstallation({
    store,
    queue: monitoring.queue(work.queue),
    bus: monitoring.bus(work.bus),
    bridge,
    runtime: opened.runtime,
    clock,
    log,
    settings,
    agents: agentWishes(config),
  });
  ending.defer(await listenOn(listener, port, [config.listener.host, ...further]));
  const orchestrator = await startOrchestrator(parley);
  work.whenForgotten(() => wakeLately(parley));
  ending.defer(orchestrator.stop);
  ending.defer(() => parley.bus.close(drainMs));
  ending.defer(keepManifests(parley));
  ending.defer(() => drain(parley, bridge));
  const events = intake(parley);
  await stepped(
    options,
    'Registration',
    () => bridge.start(speakingAfterGap(parley, events, orchestrator.speak)),
    () => 'accepted in both directions',
  );
  return { bridge, parley, owner };
}

/** What was missed while Parley was down may change what is asked (an edit, a redaction), so it is looked up before anybody answers. */
function speakingAfterGap(parley: Installation, events: Intake, speak: () => void): Intake {
  const patience = new Promise<void>(resolve => void parley.clock.after(catchUpMs, resolve));
  let speaking = false;
  return {
    receive: events.receive,
    gap() {
      const closed = events.gap();
      if (!speaking) void Promise.race([closed, patience]).then(speak);
      speaking = true;
      return closed;
    },
  };
}

/** Gives answers in the making a moment and begins no new ones; what comes in meanwhile is stored, and answered at the next start. */
async function drain(parley: Installation, bridge: MatrixBridge): Promise<void> {
  const tooLong = parley.clock.after(drainMs, () => parley.running.interruptAll('shutdown'));
  await parley.queue.close(2 * drainMs);
  tooLong();
  await bridge.stop();
}
