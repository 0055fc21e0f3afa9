import type { Main } from '../cli/main-functions.ts';
import { lockDataFolder } from '../data-folder/lock.ts';
import type { Store } from '../ports/store.ts';
import { systemClock } from '../system-clock.ts';
import { backUp as backUpStore } from './back-up.ts';
import { noInstallation } from './no-installation.ts';
import { openBeneath, withBeneath } from './open-store.ts';
import { restore as restoreInto } from './restore.ts';
import { openForReading } from './sealed.ts';

const clock = systemClock;

/** What is sealed stays so. */
export const backUp: Main['backUp'] = ({ config, env: _, ...request }) =>
  withBeneath({ config, clock }, store => {
    if (store === null) throw noInstallation(config);
    const { dataDir, matrix } = config;
    return backUpStore(store, { ...request, dataDir, serverName: matrix.serverName, now: clock.now() });
  });

/** Nobody may start Parley meanwhile. */
export const restore: Main['restore'] = async ({ config, env: _, ...request }) => {
  await using ending = new AsyncDisposableStack();
  const open = async (): Promise<Store> => {
    const lock = lockDataFolder(config.dataDir);
    ending.defer(() => lock.release());
    const store = await openBeneath({ config, clock });
    ending.defer(() => store.close());
    return store;
  };
  const unsealed = (store: Store): Promise<Store> => openForReading(store, { config, clock });
  return await restoreInto(
    { open, unsealed },
    { ...request, dataDir: config.dataDir, serverName: config.matrix.serverName },
  );
};
