import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fastify } from 'fastify';
import { matrixBridge } from '../../../bridges/matrix/matrix-bridge.ts';
import { matrixNames } from '../../../bridges/matrix/names.ts';
import { registrationYaml } from '../../../bridges/matrix/registration.ts';
import { startHomeserver } from '../../../src/homeserver/homeserver.ts';
import type { RunningHomeserver } from '../../../src/homeserver/running-homeserver.ts';
import { systemClock } from '../../../src/system-clock.ts';
import type { BridgeWorld, WholeBridge } from '../../contracts/bridge/world.ts';
import { unlimited } from '../../fakes/homeserver-limits.ts';
import { type KeptLog, keptLog } from './kept-log.ts';
import { matrixPerson } from './matrix-person.ts';

const secrets = { asToken: 'as-secret', hsToken: 'hs-secret', keeperLocalpart: 'parley' } as const;

export interface SynapseWorld extends BridgeWorld {
  readonly bridge: WholeBridge;
  readonly homeserver: RunningHomeserver;
  readonly log: KeptLog;
  readonly dataDir: string;
  /** Starts Synapse again on the same data, as after a crash or an update. */
  restart(): Promise<void>;
  person(name: string): Promise<ReturnType<typeof matrixPerson>>;
}

/** The Matrix bridge before a Synapse of its own. */
export async function synapseWorld(preferredPort = 18_520): Promise<SynapseWorld> {
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-bridge-'));
  const listener = fastify();
  const log = keptLog();
  // The bridge mounts its routes before the server listens, and the homeserver must know the port before it starts.
  const port = await freePort();
  const listenerUrl = `http://127.0.0.1:${port}`;
  const yaml = registrationYaml({
    ...secrets,
    senderLocalpart: 'parley-service',
    id: 'parley',
    url: listenerUrl,
    serverName: 'localhost',
  });
  const start = (wished: number) =>
    startHomeserver({
      dataDir,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, PARLEY_SYNAPSE_PYTHON: process.env.PARLEY_SYNAPSE_PYTHON },
      listenerUrl,
      registrationYaml: yaml,
      preferredPort: wished,
      progress: () => undefined,
      signal: new AbortController().signal,
    });
  let homeserver = await start(preferredPort);
  const { url, serverName } = homeserver;
  const names = matrixNames(serverName, secrets.keeperLocalpart);
  const options = { ...secrets, homeserverUrl: url, serverName, registrationId: 'parley' };
  const limits = unlimited();
  const bridge = matrixBridge({ ...options, keys: null, listener, log, clock: systemClock, limits });
  await listener.listen({ port, host: '127.0.0.1' });
  return {
    bridge,
    log,
    dataDir,
    get homeserver() {
      return homeserver;
    },
    restart: async () => {
      await homeserver.stop();
      homeserver = await start(preferredPort);
    },
    person: async name => {
      await homeserver.ensureAccount?.(name, 'correct horse');
      const identifier = { type: 'm.id.user', user: name };
      const body = JSON.stringify({ type: 'm.login.password', identifier, password: 'correct horse' });
      const response = await fetch(`${url}/_matrix/client/v3/login`, { method: 'POST', body });
      const { access_token, user_id } = (await response.json()) as { access_token: string; user_id: string };
      return matrixPerson(url, access_token, { userId: user_id, names });
    },
    close: async () => {
      await bridge.stop();
      await homeserver.stop();
      await listener.close();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = fastify();
  const address = await probe.listen({ port: 0, host: '127.0.0.1' });
  await probe.close();
  return Number(new URL(address).port);
}
