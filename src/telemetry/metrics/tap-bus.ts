import type { NewEvent } from '../../core/events/event.ts';
import { recent } from '../../core/recent.ts';
import type { Bus } from '../../ports/bus.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Meter } from './meter.ts';

export interface Tap {
  readonly meter: Meter;
  readonly clock: Clock;
  readonly log: Log;
}

/** An event that is told again, after a failure or by a look at what was missed, is counted once as long as it is remembered. */
const remembered = 5_000;

/** The same bus; what this process publishes is counted, and at level debug logged, before it goes on. */
export function tapBus<B extends Bus>(bus: B, tap: Tap): B {
  const seen = recent<string, true>(remembered);
  const see = (events: readonly NewEvent[]): void => {
    for (const event of events) {
      if (seen.get(event.id) !== undefined) continue;
      seen.set(event.id, true);
      const { type, id, correlationId, causationId } = event;
      tap.log.debug({ event: id, correlationId, causationId }, type);
      count(event, tap);
    }
  };
  return {
    ...bus,
    publish(events: readonly NewEvent[]) {
      see(events);
      bus.publish(events);
    },
    keep(events: readonly NewEvent[]) {
      see(events);
      return bus.keep(events);
    },
  };
}

function count(event: NewEvent, { meter, clock }: Tap): void {
  meter.count('parley_events_total', { type: event.type });
  if (event.type === 'MessageReceived') {
    const from = event.data.fromPerson === false ? 'bot' : 'person';
    meter.count('parley_messages_total', { direction: 'in', from });
  }
  if (event.type === 'MessageSent') meter.count('parley_messages_total', { direction: 'out', from: 'agent' });
  if (event.type === 'SpeakGranted') {
    meter.time('parley_floor_wait_seconds', {}, (clock.now() - event.data.since) / 1000);
  }
}
