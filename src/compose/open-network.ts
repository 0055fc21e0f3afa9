import { type MatrixBridge, matrixBridge } from '../../bridges/matrix/matrix-bridge.ts';
import type { HomeserverLimits } from '../../bridges/matrix/turn-to-ask.ts';
import type { Main } from '../cli/main-functions.ts';
import { fencedBridge } from '../orchestrator/crew/fenced-bridge.ts';
import { givenUp } from '../orchestrator/crew/fenced-store.ts';
import { lookByShare } from '../orchestrator/crew/look-by-share.ts';
import type { Installation } from '../orchestrator/installation.ts';
import { intake } from '../orchestrator/intake.ts';
import { forgetHomeserver } from '../orchestrator/lifecycle/forget-homeserver.ts';
import { keepManifests } from '../orchestrator/manifest/keep-manifests.ts';
import { type Finding, openFinding } from '../orchestrator/reconcile/finding.ts';
import { type Health, watchHealth } from '../orchestrator/reconcile/watch-health.ts';
import { type Orchestrator, startOrchestrator } from '../orchestrator/start.ts';
import { wakeLately } from '../orchestrator/sweep.ts';
import type { Intake } from '../ports/bridge.ts';
import type { Clock } from '../ports/clock.ts';
import type { Signals } from '../ports/signals.ts';
import { startTasks } from '../tasks/start-tasks.ts';
import { ensureOwner, type Owner } from './first-start.ts';
import type { Joined } from './join-processes.ts';
import { listenOn, newListener } from './listener.ts';
import type { Monitoring } from './monitoring.ts';
import { newInstallation } from './new-installation.ts';
import { homeserverLimits, type Limits } from './open-limits.ts';
import type { OpenedRuntime } from './open-runtime.ts';
import type { Site } from './open-site.ts';
import { openWork } from './open-work.ts';
import { openWorkTools } from './open-work-tools.ts';
import { identity } from './registration.ts';
import { remadeHomeserver } from './remade-homeserver.ts';
import { agentWishes, settingsOf } from './settings-of.ts';
import { stepped } from './stepped.ts';

/** How long answers in the making may go on after Ctrl-C; what is cut then goes on at the next start. */
const drainMs = 3_000;
/** The longest that answers wait for a look at what was missed. */
const catchUpMs = 5_000;

type Listener = ReturnType<typeof newListener>;
type Options = Parameters<Main['up']>[0] & { readonly monitoring: Monitoring; readonly clock: Clock };

interface Given {
  readonly ending: AsyncDisposableStack;
  readonly joined: Joined;
  readonly limits: Pick<Limits, 'homeserver' | 'search'>;
  readonly site: Site;
  readonly opened: OpenedRuntime;
}

export interface Network {
  readonly bridge: MatrixBridge;
  readonly parley: Installation;
  readonly orchestrator: Orchestrator;
  readonly finding: Finding;
  readonly health: Health;
  readonly owner: Owner | null;
  /** Whether wake-ups can't cross processes just now. */
  readonly isAlone: () => boolean;
}

/** The orchestrator and the bridge, in the order in which the one needs the other. */
export async function openNetwork(options: Options, given: Given): Promise<Network> {
  const { config, log, monitoring, clock } = options;
  const { ending, joined, site, opened, limits } = given;
  const listener = newListener();
  const { store, crew } = joined;
  const work = openWork(options, { store, clock }, ending);
  const outside = homeserverLimits(limits, { clock, signals: work.signals });
  let heard: Health | null = null;
  const onUnwell = (): void => heard?.unwell();
  const bridge = bridgeTo(options, { joined, site, limits: outside, signals: work.signals, onUnwell }, listener);
  const owner = await ownerOf(options, given, bridge);
  const { serverName } = site.supervised.begun;
  const parley = await newInstallation({
    store,
    crew,
    signals: work.signals,
    queue: monitoring.queue(work.queue),
    bus: monitoring.bus(work.bus),
    bridge,
    runtime: opened.runtime,
    clock,
    log,
    settings: settingsOf(config, { serverName, owner: owner?.userId ?? null, models: opened.models }),
    agents: agentWishes(config),
    workTools: await openWorkTools({ ...options, limits, crew, store }, ending),
  });
  const finding = openFinding(parley);
  const health = watchHealth({ bridge, clock, finding });
  heard = health;
  ending.defer(health.stop);
  ending.defer(finding.stop);
  const { role } = config.processes;
  const orchestrator = await startOrchestrator(parley, role);
  work.whenForgotten(() => wakeLately(parley));
  if (role !== 'bridge') work.whileAway(lookByShare(parley));
  ending.defer(orchestrator.stop);
  ending.defer(() => parley.bus.close(drainMs));
  if (!crew.shared) ending.defer(keepManifests(parley));
  ending.defer(() => drain(parley, bridge));
  const speak = (): void => {
    orchestrator.speak();
    if (role !== 'bridge') startTasks(parley);
  };
  if (role === 'worker') speak();
  else await openToEvents(options, { ...given, bridge, parley, finding, listener, speak });
  return { bridge, parley, orchestrator, finding, health, owner, isAlone: work.isAway };
}

type Outside = Pick<Given, 'joined' | 'site'> & {
  readonly limits: HomeserverLimits;
  readonly signals: Signals;
  readonly onUnwell: () => void;
};

function bridgeTo(
  { config, log, progress, clock }: Options,
  { joined, site, ...outside }: Outside,
  listener: Listener,
): MatrixBridge {
  const { url: homeserverUrl, serverName } = site.supervised.begun;
  const at = { homeserverUrl, serverName, listener, onWaiting: progress.warn };
  const { crew, store } = joined;
  const guard = (): void => {
    if (!crew.holds()) throw givenUp();
  };
  const { encryption } = config.matrix;
  const sealing = { keys: encryption === 'off' ? null : store, onlyEncrypted: encryption === 'required' };
  const parts = { log, clock, guard, ...outside };
  const bridge = matrixBridge({ ...identity, ...site.tokens, ...at, ...sealing, ...parts });
  return crew.shared ? fencedBridge(bridge, crew) : bridge;
}

/** Before anybody reads what the store says of the homeserver. */
function ownerOf(
  { config, log, progress }: Options,
  { joined, site }: Given,
  bridge: MatrixBridge,
): Promise<Owner | null> {
  const { begun } = site.supervised;
  const remaking = remadeHomeserver(joined.store, async () => {
    progress.info('The homeserver has lost its database, so accounts and rooms are made anew');
    log.warn(
      { serverName: begun.serverName },
      'The homeserver does not know an account that it knew: it is a new one.',
    );
    await forgetHomeserver(joined.store, bridge.name);
  });
  return ensureOwner(config, begun, remaking);
}

interface Opening extends Given {
  readonly bridge: MatrixBridge;
  readonly parley: Installation;
  readonly finding: Finding;
  readonly listener: Listener;
  readonly speak: () => void;
}

async function openToEvents(
  options: Options,
  { ending, site, bridge, parley, finding, listener, speak }: Opening,
): Promise<void> {
  const { host } = options.config.listener;
  ending.defer(await listenOn(listener, site.port, [host, ...site.supervised.begun.listenOn]));
  const events = intake(parley, finding);
  await stepped(
    options,
    'Registration',
    () => bridge.start(speakingAfterGap(parley, events, speak)),
    () => 'accepted in both directions',
  );
}

/** What was missed while Parley was down may change what is asked (an edit, a redaction), so it is looked up before anybody answers. */
function speakingAfterGap(parley: Installation, events: Intake, speak: () => void): Intake {
  const patience = new Promise<void>(resolve => void parley.clock.after(catchUpMs, resolve));
  let speaking = false;
  return {
    ...events,
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
