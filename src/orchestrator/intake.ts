import { ParleyError } from '../core/errors.ts';
import type { ChatEvent } from '../core/message.ts';
import type { Intake } from '../ports/bridge.ts';
import { step } from '../telemetry/step.ts';
import type { Installation } from './installation.ts';
import { type Finding, openFinding } from './reconcile/finding.ts';
import { recoverMessagesIn } from './reconcile/reconcile-chats.ts';
import { topics } from './topics.ts';
import { noteGrowth } from './turns/mend-ending.ts';

/** Takes what bridges deliver: into the log first, then the rooms are woken. `finding` finds what they do not. */
export function intake(parley: Installation, finding: Finding = openFinding(parley)): Intake {
  let hasLooked = false;

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
      const { looks } = finding;
      // Others do not know that this process has begun; an outage of the network they see, too.
      await (hasLooked ? looks.ask() : looks.lookHere());
      hasLooked = true;
    },
    catchUp: chats => recoverMessagesIn(parley, chats),
    doubt: () => finding.doubt.raise(finding.looks.ask),
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
