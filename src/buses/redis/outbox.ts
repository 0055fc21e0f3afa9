import { setTimeout as sleep } from 'node:timers/promises';
import type { DomainEvent } from '../../core/events/event.ts';
import type { Log } from '../../ports/log.ts';
import type { RedisClient } from '../../redis/connect.ts';
import { isSpoiled, removeSpoiled } from './remove-spoiled.ts';
import { append, type Keys } from './streams.ts';

/** Events on their way to Redis. */
export interface Outbox {
  /** Returns at once, and never throws. `sent` is called when Redis has the event, or it is given up. */
  push(event: DomainEvent, sent: () => void): void;
  /** Resolves when none waits. */
  flushed(): Promise<void>;
  stop(): void;
}

interface OutboxOptions {
  readonly client: RedisClient;
  readonly keys: Keys;
  readonly log: Log;
  /** Resolves when those hear who began to listen before. */
  readonly listening: () => Promise<unknown>;
}

interface Waiting {
  readonly event: DomainEvent;
  readonly sent: () => void;
}

const atOnce = 500;
/** So many wait while Redis is away; what comes beyond that is lost to subscribers. The store has what happened. */
const mostWaiting = 20_000;
const againMs = 50;

export function newOutbox({ client, keys, log, listening }: OutboxOptions): Outbox {
  let waiting: Waiting[] = [];
  let sending: Promise<void> | null = null;
  let overflowing = false;
  let stopped = false;

  async function sendAll(): Promise<void> {
    await listening();
    while (waiting.length > 0 && !stopped) {
      const batch = waiting.slice(0, atOnce);
      const took = await append(
        client,
        keys,
        batch.map(({ event }) => event),
      ).catch(async (error: unknown) => {
        if (isSpoiled(error)) await removeSpoiled({ client, keys, log });
        return false;
      });
      if (!took) {
        await sleep(againMs, undefined, { ref: false });
        continue;
      }
      waiting = waiting.slice(batch.length);
      for (const { sent } of batch) sent();
    }
    overflowing = false;
    sending = null;
  }

  return {
    push(event, sent) {
      if (waiting.length >= mostWaiting) {
        if (!overflowing)
          log.error({ waiting: waiting.length }, 'Redis is away for long: subscribers miss what happens now.');
        overflowing = true;
        return sent();
      }
      waiting.push({ event, sent });
      // In the next turn of the event loop: what is published together goes together.
      sending ??= new Promise<void>(resolve => setImmediate(resolve)).then(sendAll);
    },
    flushed: () => sending ?? Promise.resolve(),
    stop() {
      stopped = true;
    },
  };
}
