import type { Main, RotatedKeys, RotateOptions } from '../cli/main-functions.ts';
import { ParleyError } from '../core/errors.ts';
import { canRenew, type MasterKey } from '../ports/keys.ts';
import type { Store } from '../ports/store.ts';
import { storedKeys } from '../stores/sealed/keyring.ts';
import { runPass } from '../stores/sealed/pass.ts';
import { addDataKey, renewMaster, tidyKeys } from '../stores/sealed/rotate.ts';
import { systemClock } from '../system-clock.ts';
import { withBeneath } from './open-store.ts';
import { openSealed } from './sealed.ts';

export const listKeys: Main['listKeys'] = ({ config }) =>
  withBeneath({ config, clock: systemClock }, async beneath => beneath && storedKeys(beneath));

export const rotateKeys: Main['rotateKeys'] = async options => {
  // The clock's timers keep no process alive, and here nothing else does.
  const awake = setInterval(() => undefined, 1000);
  try {
    const given = { config: options.config, clock: systemClock };
    return await withBeneath(given, async beneath => beneath && rotateIn(beneath, options));
  } finally {
    clearInterval(awake);
  }
};

async function rotateIn(store: Store, { config, master: renew, onPage, signal }: RotateOptions): Promise<RotatedKeys> {
  const clock = systemClock;
  const wasPlain = (await storedKeys(store)).length === 0;
  const { keys, master } = await openSealed(store, { config, clock });
  if (renew && !wasPlain) await checkThereIsANewOne(store, { config, master });
  const name = renew ? await renewMaster({ store, master }) : null;
  // A store from before there were keys has its first one by now.
  if (!wasPlain) await addDataKey({ store, master });
  const passed = await runPass({ store, keys, clock }, { signal, onPage });
  if (passed !== null) await tidyKeys(store, { settled: false });
  const [key, ...former] = await storedKeys(store);
  if (key === undefined) throw new TypeError('A store that was opened has a key.');
  return { key, master: name, ended: passed !== null, former: former.length };
}

/** A master key of the environment is changed by whoever keeps it, and not here: to say that it was would be wrong. */
async function checkThereIsANewOne(
  store: Store,
  { config, master }: Pick<RotateOptions, 'config'> & { readonly master: MasterKey },
): Promise<void> {
  const { master: given, formerMaster } = config.keys;
  if (canRenew(master) || (formerMaster !== null && formerMaster !== given)) return;
  const name = await master.name();
  if ((await storedKeys(store)).some(key => key.master !== name)) return;
  throw new ParleyError(
    'CONFIG_INVALID',
    `All keys are wrapped by the master key ${name} already, which is the one in PARLEY_MASTER_KEY. Nothing was changed. To follow it ` +
      'by another one, make that (openssl rand -base64 32), start every process with it in PARLEY_MASTER_KEY and with the present one in ' +
      'PARLEY_MASTER_KEY_FORMER, and run this again with both.',
  );
}
