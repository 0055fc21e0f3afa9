import { isParleyError } from '../core/errors.ts';
import type { Store } from '../ports/store.ts';

/** Is there from before an account may be made until what the homeserver has lost is forgotten. */
const suspicion = 'homeserver:suspected';

/** Makes an account that should be there; calls `suspect` before it may do so, and tells whether it did. */
type MakeAccount = (suspect: () => Promise<void>) => Promise<boolean>;

/**
 * Forgets what was made on a homeserver that has lost its database, as an account shows that has to be made anew. The account is there
 * afterwards, so that the next start could not see it any more: a crash in between is known by the suspicion that was stored before.
 */
export function remadeHomeserver(store: Store, forget: () => Promise<void>): (make: MakeAccount) => Promise<void> {
  const settings = store.collection('settings');
  return async make => {
    const interrupted = (await settings.get(suspicion)) !== null;
    let suspected = interrupted;
    const suspect = async (): Promise<void> => {
      await settings.insert([{ _id: suspicion, value: 'yes' }]);
      suspected = true;
    };
    const made = await make(suspect).catch(async (error: unknown) => {
      // A homeserver that refuses has not made the account.
      if (!interrupted && isParleyError(error, 'HOMESERVER_START_FAILED')) await settings.delete(suspicion);
      throw error;
    });
    if (made || interrupted) await forget();
    if (suspected) await settings.delete(suspicion);
  };
}
