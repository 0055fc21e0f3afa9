import type { Installation } from '../installation.ts';
import { type Doubt, makeDoubt } from './doubt.ts';
import { type Looks, openLooks } from './looks.ts';
import { recoverAllMessages } from './reconcile-chats.ts';
import { recoverInvitations } from './recover-invitations.ts';

/** How this process finds what a chat network never delivered. */
export interface Finding {
  readonly looks: Looks;
  readonly doubt: Doubt;
  stop(): void;
}

export function openFinding(parley: Installation): Finding {
  let inviting = Promise.resolve();

  /** In the background: nobody waits for it to be answered. One look at a time. */
  function lookForInvitations(): void {
    inviting = inviting
      .then(() => recoverInvitations(parley))
      .catch(error =>
        parley.log.warn({ err: error }, 'Looking for lost invitations failed; the next start tries again.'),
      );
  }

  const looks = openLooks(parley, async () => {
    const found = await recoverAllMessages(parley).catch(error => {
      parley.log.warn({ err: error }, 'Looking for lost messages failed; the next sweep tries again.');
      return 0;
    });
    lookForInvitations();
    return found;
  });
  const doubt = makeDoubt(parley.clock);
  return {
    looks,
    doubt,
    stop() {
      looks.stop();
      doubt.stop();
    },
  };
}
