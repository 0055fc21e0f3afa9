import { localBus } from '../../src/buses/local/bus.ts';
import type { DomainEvent, NewEvent } from '../../src/core/events/event.ts';
import { readEvent } from '../../src/core/events/read-event.ts';
import type { Bus } from '../../src/ports/bus.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Store } from '../../src/ports/store.ts';

export interface RecordedBus {
  readonly bus: Bus;
  /** Everything that was published, in order, repeats too. */
  readonly published: DomainEvent[];
  /** From now on no subscriber hears anything, as when the process is killed. */
  cut(): void;
}

/** The real bus of one process, which keeps what is published and refuses what does not fit its schema. */
export function recordedBus(given: { readonly store: Store; readonly clock: Clock; readonly log: Log }): RecordedBus {
  const bus = localBus(given);
  const published: DomainEvent[] = [];
  let dead = false;

  const record = (events: readonly NewEvent[]): void => {
    for (const event of events) published.push(checked({ ...event, timestamp: given.clock.now() } as DomainEvent));
  };

  return {
    published,
    cut() {
      dead = true;
    },
    bus: {
      publish(events) {
        record(events);
        bus.publish(events);
      },
      keep(events) {
        record(events);
        return bus.keep(events);
      },
      subscribe: subscription =>
        bus.subscribe({
          ...subscription,
          handle: event => (dead ? new Promise(() => undefined) : subscription.handle(event)),
        }),
      retryLetters: () => bus.retryLetters(),
      close: graceMs => bus.close(graceMs),
    },
  };
}

function checked(event: DomainEvent): DomainEvent {
  const read = readEvent(JSON.parse(JSON.stringify(event)));
  if (read === null) throw new TypeError(`${event.type} does not fit its schema: ${JSON.stringify(event.data)}`);
  return read;
}
