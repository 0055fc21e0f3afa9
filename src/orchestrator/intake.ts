import type { ChatEvent } from '../core/message.ts';
import type { Intake } from '../ports/bridge.ts';
import { step } from '../telemetry/step.ts';
import type { Installation } from './installation.ts';
import { recoverAllMessages } from './reconcile/reconcile-chats.ts';
import { topics } from './topics.ts';

/** Takes what bridges deliver: into the log first, then the rooms are woken. */
export function intake(parley: Installation): Intake {
  return {
    async receive(events: readonly ChatEvent[]) {
      if (events.length === 0) return;
      step('inbox.received');
      await parley.messageLog.append(events);
      step('inbox.committed');
      for (const chat of new Set(events.map(event => event.chat))) parley.queue.wake(topics.rooms, chat);
    },
    async gap() {
      await recoverAllMessages(parley).catch(error =>
        parley.log.warn({ err: error }, 'Looking for lost messages failed; the next sweep tries again.'),
      );
    },
  };
}
