import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { DeadLetter } from '../../../src/core/dead-letter.ts';
import { type DomainEvent, event, type NewEvent } from '../../../src/core/events/event.ts';
import { bridgeName, chatId, foreignMember, messageId } from '../../../src/core/ids.ts';
import type { Bus, Subscription } from '../../../src/ports/bus.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { Store } from '../../../src/ports/store.ts';
import { openMemoryStore } from '../../../src/stores/memory/store.ts';
import { type HeldClock, heldClock } from '../../fakes/clock.ts';
import { silentLog } from '../../fakes/log.ts';

/** Makes a bus on which nothing was published; for the same store once more, what another process has beside it. */
export type OpenBus = (given: { clock: Clock; store: Store; log: Log }) => Bus;

/** A subscriber that notes what it hears, and does then what the test says. */
export interface Hearer {
  /** `chat/number` of each event, in the order in which handling began, repeats too. */
  readonly begun: string[];
  readonly ended: string[];
}

export interface Bench {
  readonly bus: Bus;
  readonly clock: HeldClock;
  readonly store: Store;
  hear(subscription: Partial<Subscription>): Hearer;
  /** Waits until it is so; a bus may need the network for it. */
  until(holds: () => boolean | Promise<boolean>): Promise<void>;
  /** Lets happen what needs no time to pass: for what is not to happen. */
  settle(): Promise<void>;
  letters(): Promise<DeadLetter[]>;
  /** The bus of another process. */
  reopened(): Pick<Bench, 'bus' | 'hear'>;
}

export function bench(open: OpenBus): Bench {
  const clock = heldClock();
  const store = openMemoryStore({ clock });
  const opened = (): Bus => {
    const bus = open({ clock, store, log: silentLog });
    onTestFinished(async () => {
      await Promise.all([bus.close(0), clock.advance(0), clock.advance(0)]);
    });
    return bus;
  };
  const bus = opened();
  return {
    bus,
    reopened() {
      const another = opened();
      return { bus: another, hear: subscription => hear(another, subscription) };
    },
    clock,
    store,
    hear: subscription => hear(bus, subscription),
    async until(holds) {
      for (let tries = 0; !(await holds()); tries += 1) {
        if (tries > 3000) throw new Error('It never came to be so.');
        await clock.advance(0);
        await sleep(1);
      }
    },
    async settle() {
      await clock.advance(0);
      await sleep(20);
      await clock.advance(0);
    },
    letters: () => store.collection('dead_letters').find({ limit: 1000 }),
  };
}

function hear(bus: Bus, { handle = async () => undefined, ...given }: Partial<Subscription>): Hearer {
  const begun: string[] = [];
  const ended: string[] = [];
  bus.subscribe({
    group: 'a',
    topics: ['Messages'],
    durable: true,
    attempts: 3,
    most: 1000,
    async handle(heard) {
      begun.push(nameOf(heard));
      await handle(heard);
      ended.push(nameOf(heard));
    },
    ...given,
  });
  return { begun, ended };
}

const bridge = bridgeName('test');

/** An event of a chat; `said('a', 1)` is `a/1`. */
export const said = (chat: string, number: number): NewEvent =>
  event('MessageReceived', {
    chat: chatId(bridge, chat),
    message: messageId(bridge, `${chat}/${number}`),
    from: foreignMember(bridge, '@mara'),
    fromPerson: true,
    messageType: 'text',
    replyTo: null,
    thread: null,
  });

export const closed = (chat: string): NewEvent =>
  event('ChatClosed', { chat: chatId(bridge, chat), cause: messageId(bridge, 'left') });

export const nameOf = (heard: DomainEvent | NewEvent): string => heard.id.replace(/^\w+:test:/, '');
