import { createHash } from 'node:crypto';
import type { Config } from '../../config/load.ts';
import { ensureTokens, readTokens, type Tokens } from '../data-folder/tokens.ts';

type Named = Pick<Config, 'dataDir' | 'matrix'>;

/**
 * What tells this installation from others, the same in all its processes: the name of its homeserver; where Parley runs that by itself,
 * and it has the same name everywhere, also what its tokens were made as.
 */
export async function installationName(config: Named): Promise<string> {
  return external(config) ?? own(config, await ensureTokens(config.dataDir, config.matrix));
}

/** The same, and makes nothing: null where there is no installation yet. */
export async function knownInstallationName(config: Named): Promise<string | null> {
  const tokens = await readTokens(config.dataDir, config.matrix);
  return external(config) ?? (tokens === undefined ? null : own(config, tokens));
}

const external = ({ matrix }: Named): string | null => (matrix.homeserverUrl === null ? null : matrix.serverName);

const own = ({ matrix }: Named, { asToken }: Tokens): string =>
  `${matrix.serverName ?? 'localhost'}-${createHash('sha256').update(asToken).digest('hex').slice(0, 12)}`;
