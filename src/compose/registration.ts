import { join } from 'node:path';
import { registrationYaml } from '../../bridges/matrix/registration.ts';
import type { Config } from '../../config/load.ts';
import type { Tokens } from '../data-folder/tokens.ts';
import { readState } from '../homeserver/homeserver-state.ts';

/**
 * How the homeserver knows Parley. The sender is nobody who is ever in a room: Synapse gives it no sync, and so no keys of encrypted rooms, which
 * @parley needs like any other agent.
 */
export const identity = { registrationId: 'parley', keeperLocalpart: 'parley' } as const;
export const senderLocalpart = 'parley-service';

/** The part after the colon in user ids: what is configured, or the name of the homeserver in the data folder, or `localhost`. */
async function serverNameOf({ matrix, dataDir }: Config): Promise<string> {
  if (matrix.serverName !== null) return matrix.serverName;
  const state = await readState(join(dataDir, 'homeserver', 'homeserver.json'));
  return state?.serverName ?? 'localhost';
}

/** How the homeserver reaches Parley. */
export const listenerUrl = ({ listener }: Config, port: number): string => listener.url ?? `http://127.0.0.1:${port}`;

/** The registration for the homeserver, as YAML. */
export async function registrationFor(config: Config, { asToken, hsToken }: Tokens, port: number): Promise<string> {
  return registrationYaml({
    id: identity.registrationId,
    senderLocalpart,
    keeperLocalpart: identity.keeperLocalpart,
    url: listenerUrl(config, port),
    asToken,
    hsToken,
    serverName: await serverNameOf(config),
  });
}
