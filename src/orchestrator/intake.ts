import { ParleyError } from '../core/errors.ts';
import type { ChatEvent } from '../core/message.ts';
import type { Intake } from '../ports/bridge.ts';
import { step } from '../telemetry/step.ts';
import type { Installation } from './installation.ts';
import { recoverAllMessages } from './reconcile/reconcile-chats.ts';
import { recoverInvitations } from './reconcile/recover-invitations.ts';
import { topics } from './topics.ts';
import { noteGrowth } from './turns/mend-ending.ts';

/** Takes what bridges deliver: into the log first, then the rooms are woken. */
export function intake(parley: Installation): Intake {
  let looking = Promise.resolve();

  /** In the background: nobody waits for it to be answered. One look at a time. */
  function lookForInvitations(): void {
    looking = looking
      .then(() => recoverInvitations(parley))
      .catch(error =>
        parley.log.warn({ err: error }, 'Looking for lost invitations failed; the next start tries again.'),
      );
  }

  return {
    async receive(events: readonly ChatEvent[]) {
      if (events.length === 0) return;
      // Before anything is stored: what nobody would be woken for must not come in.
      if (!parley.queue.hasRoom()) throw tooMuch();
      step('inbox.received');
      await parley.messageLog.append(events);
      step('inbox.committed');
      for (const chat of new Set(events.map(event => event.chat))) parley.queue.wake(topics.rooms, chat);
    },
    grew: turns => noteGrowth(parley, turns),
    async gap() {
      await recoverAllMessages(parley).catch(error =>
        parley.log.warn({ err: error }, 'Looking for lost messages failed; the next sweep tries again.'),
      );
      lookForInvitations();
    },
  };
}

const tooMuch = (): ParleyError =>
  new ParleyError(
    'TOO_BUSY',
    'So many rooms wait that Parley takes no more messages for the moment. They come again later.',
    {
      retry: true,
    },
  );
