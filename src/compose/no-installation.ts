import type { Config } from '../../config/load.ts';
import { ParleyError } from '../core/errors.ts';
import { shownAddress } from '../stores/mongo/address.ts';

/** For commands that need one. */
export function noInstallation({ dataDir, store: { url } }: Pick<Config, 'dataDir' | 'store'>): ParleyError {
  const [place, remedy] =
    url === null ? [dataDir, 'name its folder with PARLEY_DATA'] : [shownAddress(url), 'correct MONGODB_URL'];
  return new ParleyError('STORE_FAILED', `There is no installation in ${place} yet. Start it once, or ${remedy}.`);
}
