import type { Config } from '../../config/load.ts';
import type { Main } from '../cli/main-functions.ts';
import { ParleyError } from '../core/errors.ts';
import { ensureTokens } from '../data-folder/tokens.ts';
import { startHomeserver } from '../homeserver/homeserver.ts';
import type { RunningHomeserver } from '../homeserver/running-homeserver.ts';
import { systemClock } from '../system-clock.ts';
import { freePort } from './listener.ts';
import { listenerUrl, registrationFor } from './registration.ts';
import { stepped } from './stepped.ts';
import { type SupervisedHomeserver, superviseHomeserver } from './supervise-homeserver.ts';

type Options = Parameters<Main['up']>[0];

/** What must be there before any agent can act: the port, the secrets, and a homeserver that knows both. */
export interface Site {
  readonly supervised: SupervisedHomeserver;
  readonly tokens: { readonly asToken: string; readonly hsToken: string };
  readonly port: number;
}

/** Finds or starts the homeserver. Rejects with `HOMESERVER_*`, `PORT_IN_USE`. */
export async function openSite(options: Options, ending: AsyncDisposableStack): Promise<Site> {
  const { config, env, progress, log, signal } = options;
  const tokens = await ensureTokens(config.dataDir, config.matrix);
  const port = await portFor(options);
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

/** A worker listens to nobody. */
async function portFor({ config, progress }: Pick<Options, 'config' | 'progress'>): Promise<number> {
  const { host, port: wished } = config.listener;
  if (config.processes.role === 'worker') return wished;
  const port = await freePort(wished, host);
  if (port !== wished && config.matrix.homeserverUrl !== null) throw portTaken(wished);
  if (port !== wished) progress.info(`Port ${wished} is in use, so Parley listens on ${port}`);
  return port;
}

const portTaken = (port: number): ParleyError =>
  new ParleyError(
    'PORT_IN_USE',
    `Port ${port} is in use, and your homeserver's registration names it. End what uses it, or set PARLEY_PORT to a free one, ` +
      'put the new registration (npx parley registration) into the homeserver, and restart that.',
  );

/** The homeserver's starter reads the environment; the configuration may come from the file, too. */
const withHomeserver = (env: NodeJS.ProcessEnv, { matrix }: Pick<Config, 'matrix'>): NodeJS.ProcessEnv => ({
  ...env,
  MATRIX_HOMESERVER_URL: matrix.homeserverUrl ?? '',
  MATRIX_SERVER_NAME: matrix.serverName ?? '',
});
