import { readCredentials } from '../../data-folder/credentials.ts';
import type { CheckContext } from './check.ts';

/** How long a homeserver may take to answer a check. As the pause is as long, there is no second try. */
export const oneTry = { limitMs: 3_000, intervalMs: 3_000 } as const;

export interface KnownHomeserver {
  /** Without a slash at the end. */
  readonly url: string;
  /** Whether Parley runs it. */
  readonly isOwn: boolean;
}

/** The homeserver of the configuration, or else the one that the last start noted in `credentials.json`. */
export async function knownHomeserver({ config }: Pick<CheckContext, 'config'>): Promise<KnownHomeserver | undefined> {
  const { homeserverUrl } = config.matrix;
  if (homeserverUrl !== null) return { url: homeserverUrl.replace(/\/+$/, ''), isOwn: false };
  const credentials = await readCredentials(config.dataDir);
  return credentials === null ? undefined : { url: credentials.homeserver.replace(/\/+$/, ''), isOwn: true };
}
