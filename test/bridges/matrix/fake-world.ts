import { fastify } from 'fastify';
import { matrixBridge } from '../../../bridges/matrix/matrix-bridge.ts';
import { matrixNames } from '../../../bridges/matrix/names.ts';
import type { MatrixBridgeOptions } from '../../../bridges/matrix/options.ts';
import type { ProvesHealth } from '../../../src/ports/bridge-capabilities.ts';
import { systemClock } from '../../../src/system-clock.ts';
import type { BridgeWorld, WholeBridge } from '../../contracts/bridge/world.ts';
import { type FakeHomeserver, startFakeHomeserver } from '../../fakes/homeserver/server.ts';
import { unlimited } from '../../fakes/homeserver-limits.ts';
import { type KeptLog, keptLog } from './kept-log.ts';
import { matrixPerson } from './matrix-person.ts';

export const identity = {
  serverName: 'parley.test',
  asToken: 'as-secret',
  hsToken: 'hs-secret',
  registrationId: 'parley',
  // As in registrations of former versions.
  senderLocalpart: 'parley',
  keeperLocalpart: 'parley',
} as const;

export const names = matrixNames(identity.serverName, identity.keeperLocalpart);

export interface FakeWorldOf extends BridgeWorld {
  readonly homeserver: FakeHomeserver;
  readonly log: KeptLog;
  readonly bridge: WholeBridge & ProvesHealth;
  /** Where the bridge listens. */
  readonly listenerUrl: string;
  person(name: string): Promise<ReturnType<typeof matrixPerson>>;
}

/** The Matrix bridge before the fake homeserver. */
export async function fakeWorld(
  changes: Partial<typeof identity> = {},
  more: Partial<Pick<MatrixBridgeOptions, 'clock' | 'guard' | 'limits' | 'onWaiting' | 'onUnwell'>> = {},
): Promise<FakeWorldOf> {
  const homeserver = await startFakeHomeserver(identity);
  const listener = fastify();
  const log = keptLog();
  const options = { ...identity, ...changes, homeserverUrl: homeserver.url };
  const limits = unlimited();
  const bridge = matrixBridge({ ...options, keys: null, listener, log, clock: systemClock, limits, ...more });
  const listenerUrl = await listener.listen({ port: 0, host: '127.0.0.1' });
  homeserver.world.listenerUrl = listenerUrl;
  return {
    homeserver,
    log,
    bridge,
    listenerUrl,
    person: async name => {
      const userId = `@${name}:${identity.serverName}`;
      return matrixPerson(homeserver.url, `person ${userId}`, { userId, names });
    },
    close: async () => {
      await bridge.stop();
      await homeserver.close();
      await listener.close();
    },
  };
}
