import { lastShown } from '../bridges/matrix/crypto/shown-emoji.ts';
import { memoryBridge } from '../bridges/memory/memory-bridge.ts';
import { localBus } from './buses/local/bus.ts';
import type { Main } from './cli/main-functions.ts';
import { newInstallation } from './compose/new-installation.ts';
import { openRuntime } from './compose/open-runtime.ts';
import { storeLine, withStore } from './compose/open-store.ts';
import { redisAddressOf } from './compose/open-work.ts';
import { registrationFor } from './compose/registration.ts';
import { agentWishes, settingsOf } from './compose/settings-of.ts';
import { listStoredAgents } from './compose/stored-agents.ts';
import { terminalChat, terminalPerson } from './compose/terminal-chat.ts';
import type { Agent } from './core/agent.ts';
import { closest } from './core/closest.ts';
import { ParleyError } from './core/errors.ts';
import { ensureTokens } from './data-folder/tokens.ts';
import { intake } from './orchestrator/intake.ts';
import { provisionAgents } from './orchestrator/lifecycle/provision-agents.ts';
import { refuseMoved } from './orchestrator/migrate/store-marks.ts';
import { startOrchestrator } from './orchestrator/start.ts';
import type { Log } from './ports/log.ts';
import { localQueue } from './queues/local/queue.ts';
import { inspectRedis } from './redis/inspect.ts';
import { openMemoryStore } from './stores/memory/store.ts';
import { systemClock } from './system-clock.ts';

export { backUp, restore } from './compose/backups.ts';
export { makeContainerAccount, prepareContainers } from './compose/containers.ts';
export { changeDeadLetters, listDeadLetters } from './compose/dead-letters.ts';
export { listKeys, rotateKeys } from './compose/keys.ts';
export { copy, migrate } from './compose/move-store.ts';
export { describeMail } from './compose/open-mail.ts';
export { describeMcp } from './compose/open-mcp.ts';
export { buildSandbox, describeSandbox } from './compose/open-sandbox.ts';
export { describeSearch } from './compose/open-web.ts';
export { exportData, forgetPerson } from './compose/people.ts';
export { up } from './compose/up.ts';

export const registration: Main['registration'] = async ({ config }) =>
  registrationFor(config, await ensureTokens(config.dataDir, config.matrix), config.listener.port);

export const listAgents: Main['listAgents'] = ({ config }) =>
  withStore({ config, clock: systemClock }, store => listStoredAgents(store, agentWishes(config)));

export const listVerifications: Main['listVerifications'] = ({ config, wanted }) =>
  withStore({ config, clock: systemClock }, async store => {
    const agents = await listStoredAgents(store, agentWishes(config));
    const meant = wanted === null ? agents : agents.filter(agent => isCalled(agent, wanted));
    if (meant.length === 0)
      throw unknownAgent(
        wanted,
        agents.map(({ _id }) => _id),
      );
    const seen = meant.map(async agent => {
      const last = store === null ? null : await lastShown(store, agent._id);
      return last === null ? [] : [{ ...last, agent }];
    });
    return (await Promise.all(seen)).flat();
  });

export const describeStore: Main['describeStore'] = ({ config }) =>
  withStore({ config, clock: systemClock }, async store => {
    await store?.collection('agents').find({ limit: 1 });
    if (store !== null) await refuseMoved(store);
    return store === null && config.store.url === null ? null : storeLine({ config });
  });

export const describeRedis: Main['describeRedis'] = async ({ config }) => {
  const address = redisAddressOf(config);
  return address === null ? null : inspectRedis(address);
};

export const describeModels: Main['describeModels'] = async ({ config, env, signal }) => {
  const { runtime, unknown } = await openRuntime({ config, env, log: silent, signal });
  return [...(await runtime.describe(signal)), ...unknown];
};

export const openChat: Main['openChat'] = async ({ config, env, agent: wanted, log, signal }) => {
  const clock = systemClock;
  const { runtime, answering, models } = await openRuntime({ config, env, log, signal });
  void runtime.warmUp();
  const bridge = memoryBridge();
  const queue = localQueue({ clock });
  const here = { serverName: 'localhost', owner: terminalPerson, models };
  const usual = settingsOf(config, here);
  const settings = { ...usual, introduce: false, tasks: { ...usual.tasks, perRoom: 0 } };
  const store = openMemoryStore({ clock });
  const parley = await newInstallation({
    store,
    queue,
    bus: localBus({ store, clock, log }),
    bridge,
    runtime,
    clock,
    log,
    settings,
    agents: agentWishes(config),
  });
  const speakers = [...parley.agents.values()].filter(agent => agent.role === 'agent');
  const agent = wanted === null ? speakers[0] : speakers.find(speaker => isCalled(speaker, wanted));
  if (agent === undefined)
    throw unknownAgent(
      wanted,
      speakers.map(({ _id }) => _id),
    );
  await provisionAgents(store, bridge, speakers);
  const orchestrator = await startOrchestrator(parley);
  orchestrator.speak();
  await bridge.start(intake(parley));
  const model = (await answering).name;
  return terminalChat({ bridge, parley, agent, model }, async () => {
    orchestrator.stop();
    parley.running.interruptAll('shutdown');
    await queue.close(0);
    await parley.bus.close(0);
  });
};

const isCalled = ({ _id, name }: Agent, wanted: string): boolean =>
  [_id, name].some(one => one.toLowerCase() === wanted.toLowerCase());

function unknownAgent(wanted: string | null, known: readonly string[]): ParleyError {
  const meant = wanted === null ? undefined : closest(wanted, known);
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return new ParleyError(
    'CONFIG_INVALID',
    `There is no agent ${wanted ?? ''}.${hint} There are ${known.join(', ')}; more are added in config/agents/.`,
  );
}

const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
