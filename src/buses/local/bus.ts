import type { DomainEvent, NewEvent } from '../../core/events/event.ts';
import { atMost } from '../../ports/at-most.ts';
import type { Bus } from '../../ports/bus.ts';
import { checkSubscription } from '../check-subscription.ts';
import { type DeadLettersOptions, deadLetters } from '../dead-letters.ts';
import { type Group, newGroup } from '../group.ts';
import type { Kept } from '../line.ts';
import { retryLetters } from '../retry-letters.ts';

const patienceMs = 10_000;
const unheard = (): void => {};

/** The bus of one process: events wait in memory, and what can't be handled goes to the store. */
export function localBus(options: DeadLettersOptions): Bus {
  const { clock, log } = options;
  const letters = deadLetters(options);
  const groups = new Map<string, Group>();
  let closing: Promise<void> | null = null;

  /** `kept` makes what is called when a group needs an event to wait no more. */
  function push(events: readonly NewEvent[], kept: (group: Group) => Kept): void {
    if (closing !== null) return;
    const timestamp = clock.now();
    for (const event of events) {
      const stamped = { ...event, timestamp } as DomainEvent;
      for (const group of groups.values()) {
        if (group.subscription.topics.includes(event.topic)) group.push(stamped, kept(group));
      }
    }
  }

  async function keep(events: readonly NewEvent[]): Promise<void> {
    const waited: Promise<void>[] = [];
    push(events, ({ subscription }) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (subscription.durable) waited.push(promise);
      return () => resolve();
    });
    if (waited.length > 0) await atMost(patienceMs, Promise.all(waited), clock);
  }

  async function end(graceMs: number): Promise<void> {
    const all = [...groups.values()];
    const ended = Promise.all(all.map(group => group.end()));
    await atMost(graceMs, ended, clock);
    for (const group of all) group.abandon();
    await atMost(graceMs, letters.written(), clock);
  }

  return {
    publish: events => push(events, () => unheard),
    keep,
    subscribe(subscription) {
      checkSubscription(subscription, groups);
      groups.set(subscription.group, newGroup({ subscription, clock, log, letters }));
    },
    retryLetters: () =>
      retryLetters(options, name => {
        const group = groups.get(name);
        if (group === undefined) return null;
        return (event, kept) => {
          group.push(event, kept);
          return true;
        };
      }),
    close(graceMs) {
      closing ??= end(graceMs);
      return closing;
    },
  };
}
